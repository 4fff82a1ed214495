package io.sentinelmesh.probe.exchange;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;

/** One connection being made: name, TCP, TLS. Event thread. Its owner keeps the deadline. */
public final class Dial {

    private static final Quiet QUIET = new Quiet();

    private final EventLoop loop;
    private final NameLookup names;
    private final Phases.Watch watch;
    private final Listener listener;
    private final Destination destination;
    private final Optional<TlsTerms> tls;
    private final String serverName;
    private List<InetAddress> addresses = List.of();
    private Optional<InetSocketAddress> peer = Optional.empty();
    private Optional<Channel> channel = Optional.empty();
    private Optional<TlsSeen> tlsSeen = Optional.empty();
    private boolean told;

    /** Hears one of the two, once, unless the dial was ended before. */
    public interface Listener {

        /** @param channel its pipeline is empty but for TLS; what it receives is lost until a handler is added, now */
        void connected(Channel channel);

        void failed(ConnectionFailure failure);
    }

    /** @param serverName asked for by TLS and looked for in the certificate */
    public Dial(EventLoop loop, NameLookup names, Phases.Watch watch, Destination destination, Optional<TlsTerms> tls,
            String serverName, Listener listener) {
        this.loop = loop;
        this.names = names;
        this.watch = watch;
        this.destination = destination;
        this.tls = tls;
        this.serverName = serverName;
        this.listener = listener;
    }

    public void begin() {
        names.lookUp(destination, this::lookedUp);
    }

    /** All addresses of the name; the first one was used. */
    public List<InetAddress> addresses() {
        return addresses;
    }

    /** Empty until the name is looked up. */
    public Optional<InetSocketAddress> peer() {
        return peer;
    }

    /** Empty until the TLS handshake has ended, also of a connection that was given up for its certificate. */
    public Optional<TlsSeen> tlsSeen() {
        return tlsSeen;
    }

    /** Closes the connection, made or not. The listener hears nothing any more. */
    public void end() {
        told = true;
        channel.ifPresent(Dial::close);
    }

    private void lookedUp(NameLookup.Looked looked) {
        if (told) {
            return;
        }
        switch (looked) {
            case NameLookup.Looked.NotFound(String why) ->
                fail(new ConnectionFailure.Unresolvable(destination.host(), why));
            case NameLookup.Looked.Found(List<InetAddress> found) -> {
                watch.end();
                addresses = found;
                connect(new InetSocketAddress(found.getFirst(), destination.port()));
            }
        }
    }

    private void connect(InetSocketAddress address) {
        peer = Optional.of(address);
        watch.begin(Phase.CONNECT);
        Optional<SslHandler> handshake;
        NioSocketChannel socket;
        try {
            handshake = tls.map(terms -> terms.handler(ByteBufAllocator.DEFAULT, serverName));
            socket = new NioSocketChannel();
        } catch (ChannelException e) {
            fail(new ConnectionFailure.NotSent(Refusals.ownTrouble(e)));
            return;
        } catch (RuntimeException e) {
            // Nobody would hear of it: this is called back by the resolver, and the exchange would wait for its deadline.
            fail(new ConnectionFailure.NotSent("TLS can't be begun with '" + serverName + "': " + e.getMessage()));
            return;
        }
        channel = Optional.of(socket);
        // One timer for the whole exchange instead.
        socket.config().setConnectTimeoutMillis(0);
        handshake.ifPresent(handler -> socket.pipeline().addLast(handler, QUIET));
        // A socket that can't be registered is closed, and then connecting fails.
        var _ = loop.register(socket);
        ChannelFuture connecting = destination.source()
                .map(source -> socket.connect(address, new InetSocketAddress(source, 0)))
                .orElseGet(() -> socket.connect(address));
        connecting.addListener(_ -> connected(socket, address, connecting, handshake));
    }

    private void connected(Channel socket, InetSocketAddress address, ChannelFuture connecting,
            Optional<SslHandler> handshake) {
        if (told) {
            return;
        }
        if (!connecting.isSuccess()) {
            fail(Refusals.ofConnect(address, connecting.cause()));
            return;
        }
        watch.end();
        if (handshake.isEmpty()) {
            told = true;
            listener.connected(socket);
            return;
        }
        watch.begin(Phase.TLS);
        SslHandler handler = handshake.orElseThrow();
        handler.handshakeFuture().addListener(done -> shaken(socket, handler, Optional.ofNullable(done.cause())));
    }

    private void shaken(Channel socket, SslHandler handler, Optional<Throwable> trouble) {
        if (told) {
            return;
        }
        if (trouble.isPresent()) {
            fail(Refusals.ofHandshake(trouble.orElseThrow()));
            return;
        }
        watch.end();
        TlsTerms terms = tls.orElseThrow();
        TlsSeen seen;
        try {
            seen = terms.seen(handler, serverName);
        } catch (SSLPeerUnverifiedException e) {
            fail(new ConnectionFailure.TlsFailed("the server showed no certificate"));
            return;
        }
        tlsSeen = Optional.of(seen);
        if (terms.insists() && !seen.verdict().problems().isEmpty()) {
            fail(new ConnectionFailure.BadCertificate(seen.verdict()));
        } else {
            told = true;
            socket.pipeline().remove(QUIET);
            listener.connected(socket);
        }
    }

    /** Whether closing worked is of no interest to anybody. */
    public static void close(Channel channel) {
        var _ = channel.close();
    }

    private void fail(ConnectionFailure failure) {
        told = true;
        channel.ifPresent(Dial::close);
        listener.failed(failure);
    }

    /** A failed handshake comes by its future; Netty would log it a second time at the pipeline's end. */
    @Sharable
    private static final class Quiet extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            close(context.channel());
        }
    }
}
