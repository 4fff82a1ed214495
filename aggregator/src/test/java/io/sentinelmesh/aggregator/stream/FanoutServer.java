package io.sentinelmesh.aggregator.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.sentinelmesh.aggregator.socket.PeerSocket;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;

/**
 * The sending half of the stream alone, for {@code scripts/bench fanout}: 100 KB ten times a second to everyone, by the same buffers, the same handing
 * over and the same rule for who is behind as in {@link StreamHub}. Prints its port; ends with its standard input.
 */
final class FanoutServer {

    private record Client(PeerSocket peer, Executor loop) implements StreamClient {

        @Override
        public void text(Buffer message) {
            peer.text(message, () -> {
            });
        }

        @Override
        public void binary(Buffer message) {
            peer.binary(message);
        }

        @Override
        public boolean behind() {
            return peer.congested();
        }

        @Override
        public void close(short code, String reason) {
            peer.close(code, reason);
        }
    }

    private final List<StreamClient> clients = new ArrayList<>();
    private final byte[] message;

    private FanoutServer(int bytes) {
        message = new byte[bytes];
    }

    public static void main(String[] arguments) throws Exception {
        FanoutServer fanout = new FanoutServer(Integer.parseInt(arguments[0]));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        Context hub = vertx.getOrCreateContext();
        int port = vertx.createHttpServer(new HttpServerOptions().setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                // As the page's listener: a message of this size is one frame.
                .setMaxWebSocketFrameSize(2 * FrameCodec.MAX_FRAME_BYTES))
                .webSocketHandler(socket -> fanout.add(hub, socket))
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join().actualPort();
        hub.runOnContext(_ -> vertx.setPeriodic(100, _ -> fanout.beat()));
        System.out.println(port);
        while (System.in.read() >= 0) {
            continue;
        }
        System.exit(0);
    }

    private void add(Context hub, ServerWebSocket socket) {
        Client client = new Client(new PeerSocket(socket, StreamHub.MOST_UNSENT_BYTES),
                ContextInternal.current().nettyEventLoop());
        socket.handler(_ -> {
        });
        socket.closeHandler(_ -> hub.runOnContext(_ -> clients.remove(client)));
        hub.runOnContext(_ -> clients.add(client));
    }

    private void beat() {
        ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putLong(System.nanoTime());
        Buffer shared = SharedBuffers.of(message);
        List<StreamClient> ready = clients.stream().filter(client -> !client.behind()).toList();
        StreamView.byLoop(ready).forEach((loop, all) -> loop.execute(() -> all.forEach(each -> each.binary(shared))));
    }
}
