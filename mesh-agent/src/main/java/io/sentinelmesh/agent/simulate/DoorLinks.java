package io.sentinelmesh.agent.simulate;

import java.net.URI;
import java.util.List;
import java.util.Set;

import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;

/** Opens links as {@link io.sentinelmesh.agent.link.AggregatorLink} does, TLS 1.3 with each agent's own certificate, all by one client. */
final class DoorLinks {

    private static final String PATH = "/api/v1/link";

    private final WebSocketClient client;
    private final URI door;
    private final List<Identities.Identity> identities;

    DoorLinks(Vertx vertx, URI door, List<Identities.Identity> identities) {
        this.door = door;
        this.identities = List.copyOf(identities);
        this.client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setSsl(true).setVerifyHost(true).setMaxConnections(World.MOST_AGENTS)
                        .setMaxFrameSize(FrameCodec.MAX_FRAME_BYTES).setMaxMessageSize(FrameCodec.MAX_FRAME_BYTES)
                        .setTryUsePerMessageCompression(false));
    }

    /** On the caller's event loop, where the link then stays. */
    Future<WebSocket> connect(int agent) {
        var tls = identities.get(agent).tls();
        ClientSSLOptions ssl = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
        ssl.setKeyCertOptions(KeyCertOptions.wrap(tls.keyManager()))
                .setTrustOptions(TrustOptions.wrap(tls.trustManager()));
        ssl.setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(door.getHost()).setPort(door.getPort()).setSsl(true).setSslOptions(ssl)
                .setConnectTimeout(5_000);
        options.setTimeout(10_000);
        return client.connect(options.setURI(PATH));
    }
}
