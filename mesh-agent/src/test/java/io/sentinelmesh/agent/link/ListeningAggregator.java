package io.sentinelmesh.agent.link;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;

/** The aggregator's end of the link on a real socket: keeps what it hears and says what a test tells it to. */
final class ListeningAggregator implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final int port;
    /** A Vert.x of its own, so that going away closes whatever a process that ends would close. */
    private Vertx vertx = Vertx.vertx();
    private final List<Frame> heard = new CopyOnWriteArrayList<>();
    private final List<ServerWebSocket> links = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    private final Optional<TlsIdentity> tls;
    private final List<String> shown = new CopyOnWriteArrayList<>();

    ListeningAggregator() {
        this(Optional.empty());
    }

    /** At its door: it demands certificates. */
    ListeningAggregator(TlsIdentity identity) {
        this(Optional.of(identity));
    }

    private ListeningAggregator(Optional<TlsIdentity> tls) {
        this.tls = tls;
        this.port = listen(0).actualPort();
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions().setMaxWebSocketMessageSize(FrameCodec.MAX_FRAME_BYTES)
                .setMaxWebSocketFrameSize(FrameCodec.MAX_FRAME_BYTES);
        tls.ifPresent(identity -> options.setSsl(true).setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keyManager()))
                .setTrustOptions(TrustOptions.wrap(identity.trustManager())));
        return options;
    }

    private static String serial(SSLSession session) {
        try {
            return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber().toString(16);
        } catch (SSLPeerUnverifiedException e) {
            return "none";
        }
    }

    /** Serial numbers of the certificates that were shown, one for each link. */
    List<String> shown() {
        return shown;
    }

    private HttpServer listen(int at) {
        return vertx.createHttpServer(options()).webSocketHandler(link -> {
            if (link.isSsl()) {
                shown.add(serial(link.sslSession()));
            }
            Optional.ofNullable(link.headers().get("Authorization")).ifPresent(authorizations::add);
            link.binaryMessageHandler(message -> heard.add(FrameCodec.decode(message.getBytes())));
            links.add(link);
        }).listen(at, "127.0.0.1").await();
    }

    URI uri() {
        return URI.create((tls.isPresent() ? "wss" : "ws") + "://127.0.0.1:" + port);
    }

    void say(Frame frame) {
        within(links.getLast().writeBinaryMessage(Buffer.buffer(FrameCodec.encode(frame))));
    }

    /** As it is: what our own encoder would not write. */
    void sayRaw(byte[] bytes) {
        within(links.getLast().writeBinaryMessage(Buffer.buffer(bytes)));
    }

    void cutLink() {
        within(links.getLast().close());
    }

    void goAway() {
        within(vertx.close());
    }

    private static void within(Future<Void> done) {
        try {
            done.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the stand-in did not do it within " + LIMIT, e);
        }
    }

    void comeBack() {
        vertx = Vertx.vertx();
        listen(port);
    }

    int links() {
        return links.size();
    }

    List<String> authorizations() {
        return authorizations;
    }

    <F extends Frame> List<F> heard(Class<F> kind) {
        return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Does not wait: what is still closing when the next test begins stands on ports of its own. */
    @Override
    public void close() {
        Future<Void> _ = vertx.close();
    }
}
