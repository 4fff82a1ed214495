package io.sentinelmesh.aggregator.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;

/**
 * Many agents in one process, each on a link of its own: HELLO, PONG to each PING, LIVE when told to. The cell towards its {@link LiveBench#marked} has
 * as its delay the number of the turn, by which a watcher knows it again.
 */
final class BenchAgents {

    private static final Duration ROUND = Duration.ofSeconds(10);
    /** As real agents' first pause: without one, links to an aggregator that is gone are tried as fast as the processor can. */
    private static final Duration RECONNECT_AFTER = Duration.ofMillis(250);

    private final LiveLoad load;
    private final AtomicReferenceArray<WebSocket> links;
    private final List<UUID> boots;
    /** By source: when the newest row was handed to the socket, nanoTime; and by {@link #MARKS} turns. */
    private final AtomicLongArray handedOver;

    /** Turns that can be told apart by a delay of 1 to 250 us, which the stream tells exactly. */
    static final int MARKS = 250;

    BenchAgents(LiveLoad load) {
        this.load = load;
        this.links = new AtomicReferenceArray<>(load.nodes().size());
        this.boots = load.nodes().stream().map(_ -> UUID.randomUUID()).toList();
        this.handedOver = new AtomicLongArray(load.nodes().size() * MARKS);
    }

    void join(Vertx vertx, int port) throws InterruptedException {
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(10_000)
                .setMaxFrameSize(4 << 20).setMaxMessageSize(16 << 20));
        for (int source = 0; source < load.nodes().size(); source++) {
            CountDownLatch joined = new CountDownLatch(1);
            connect(vertx, client, port, source, joined);
            if (!joined.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(load.nodes().get(source).name() + " was not let in");
            }
        }
    }

    /** As an agent does that lost its link: on a busy machine this process may be silent for 3 s, which is what ends one. */
    private void connect(Vertx vertx, WebSocketClient client, int port, int source, CountDownLatch joined) {
        client.connect(port, "127.0.0.1", "/api/v1/link").onSuccess(link -> {
            link.binaryMessageHandler(message -> answer(link, message));
            link.closeHandler(_ -> connectAgain(vertx, client, port, source, joined));
            Instant now = Instant.now();
            link.writeBinaryMessage(Buffer.buffer(FrameCodec.encode(new Frame.Hello(FrameCodec.FORMAT_VERSION,
                    load.nodes().get(source), boots.get(source), "0.1.0", ProbeKind.ICMP_ECHO, "icmp-raw", "", now,
                    now))));
            links.set(source, link);
            joined.countDown();
        }).onFailure(_ -> connectAgain(vertx, client, port, source, joined));
    }

    private void connectAgain(Vertx vertx, WebSocketClient client, int port, int source, CountDownLatch joined) {
        vertx.setTimer(RECONNECT_AFTER.toMillis(), _ -> connect(vertx, client, port, source, joined));
    }

    private static void answer(WebSocket link, Buffer message) {
        // Lists of peers are long and come in numbers while the agents join; a ping is short.
        if (message.length() < 200 && FrameCodec.decode(message.getBytes()) instanceof Frame.Ping ping) {
            link.writeBinaryMessage(Buffer.buffer(FrameCodec.encode(new Frame.Pong(ping.token(), Instant.now()))));
        }
    }

    void live(int source, int turn) {
        int mark = turn % MARKS;
        List<LiveRow.Cell> cells = new ArrayList<>(load.cells(source, turn));
        MeshNode marked = load.nodes().get(LiveBench.marked(source, load.nodes().size()));
        int[] delays = new int[10];
        Arrays.fill(delays, 1 + mark);
        cells.add(new LiveRow.Cell(PairResult.of(marked.id(), 10, delays), new RecentFates(0, 10)));
        byte[] frame = FrameCodec.encode(new Frame.Live(new LiveRow(load.nodes().get(source).id(), ProbeKind.ICMP_ECHO,
                Instant.now(), ROUND, cells), List.of()));
        handedOver.set(source * MARKS + mark, System.nanoTime());
        WebSocket link = links.get(source);
        if (!link.isClosed()) {
            link.writeBinaryMessage(Buffer.buffer(frame));
        }
    }

    /** 0: it was not, or was asked for before. */
    long takeHandedOver(int source, int mark) {
        return handedOver.getAndSet(source * MARKS + mark, 0);
    }
}
