package io.sentinelmesh.aggregator;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

import org.awaitility.Awaitility;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;

import static org.assertj.core.api.Assertions.assertThat;

/** Speaks an agent's side of the link over a real WebSocket. Answers pings; everything else is the test's to send. */
final class TestAgent implements AutoCloseable, WebSocket.Listener {

    final MeshNode node;
    final UUID boot;
    final List<Frame> received = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final HttpClient client;
    private volatile boolean closed;
    volatile boolean answersPings = true;
    private final WebSocket socket;
    private CompletableFuture<WebSocket> lastSend;

    private TestAgent(URI link, MeshNode node, UUID boot, HttpClient client) {
        this.client = client;
        this.node = node;
        this.boot = boot;
        this.socket = client.newWebSocketBuilder().buildAsync(link, this).join();
        this.lastSend = CompletableFuture.completedFuture(socket);
    }

    static MeshNode named(String name) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, "site-" + name, "192.0.2.1");
    }

    /** Connected, HELLO said, first answers there. */
    static TestAgent join(int port, MeshNode node, UUID boot) {
        TestAgent agent = connect(port, node, boot);
        agent.hello();
        agent.await(Frame.Credit.class);
        return agent;
    }

    static TestAgent join(int port, String name) {
        return join(port, named(name), UUID.randomUUID());
    }

    static TestAgent connect(int port, MeshNode node, UUID boot) {
        return new TestAgent(URI.create("ws://127.0.0.1:" + port + "/api/v1/link"), node, boot,
                HttpClient.newHttpClient());
    }

    /** @param context shows the agent's certificate */
    static TestAgent connect(int port, MeshNode node, UUID boot, SSLContext context) {
        return new TestAgent(URI.create("wss://127.0.0.1:" + port + "/api/v1/link"), node, boot,
                HttpClient.newBuilder().sslContext(context).build());
    }

    void hello() {
        Instant now = Instant.now();
        send(new Frame.Hello(FrameCodec.FORMAT_VERSION, node, boot, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-raw", "", now,
                now));
    }

    /** Of an agent of another release. */
    void helloOfFormats(int oldest, int newest) {
        Instant now = Instant.now();
        send(new Frame.Hello(newest, node, boot, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-raw", "", now, now,
                OptionalLong.empty(), Optional.empty(), oldest));
    }

    /** Of an agent that knows settings. */
    void hello(long settingsVersion) {
        Instant now = Instant.now();
        send(new Frame.Hello(FrameCodec.FORMAT_VERSION, node, boot, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-raw", "", now,
                now, OptionalLong.of(settingsVersion)));
    }

    /** Of an agent that tells how it takes part. */
    void hello(Frame.Membership membership) {
        Instant now = Instant.now();
        send(new Frame.Hello(FrameCodec.FORMAT_VERSION, node, boot, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-raw", "", now,
                now, OptionalLong.of(0), Optional.of(membership), FrameCodec.FORMAT_VERSION));
    }

    /** Connected, HELLO said with that version of the settings, first answers there. */
    static TestAgent joinWithSettings(int port, String name, long settingsVersion) {
        TestAgent agent = connect(port, named(name), UUID.randomUUID());
        agent.hello(settingsVersion);
        agent.await(Frame.Credit.class);
        return agent;
    }

    /** A finished round of ten answered packets to each. */
    void batch(long sequence, NodeId... destinations) {
        batch(boot, sequence, destinations);
    }

    void batch(UUID ofBoot, long sequence, NodeId... destinations) {
        List<PairResult> results = new ArrayList<>();
        for (NodeId destination : destinations) {
            results.add(PairResult.of(destination, 10, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190));
        }
        Instant start = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 10 * 10 - 600 + sequence * 10);
        MatrixRow row = new MatrixRow(node.id(), ProbeKind.ICMP_ECHO, start, Duration.ofSeconds(10), results);
        send(new Frame.Batch(node.id(), ofBoot, sequence, Instant.now(), List.of(), List.of(row), 0));
    }

    void live(LiveRow.Cell... cells) {
        send(new Frame.Live(new LiveRow(node.id(), ProbeKind.ICMP_ECHO, Instant.now(), Duration.ofSeconds(10),
                List.of(cells)), List.of()));
    }

    /** A live row of a prober that says it cannot be believed. */
    void liveImpaired(HealthVerdict verdict, LiveRow.Cell... cells) {
        send(new Frame.Live(new LiveRow(node.id(), ProbeKind.ICMP_ECHO, Instant.now(), Duration.ofSeconds(10),
                List.of(cells)), List.of(), verdict));
    }

    /** A batch without rounds that tells of its agent. */
    void batch(long sequence, AgentHealth health, HostMetric... metrics) {
        send(new Frame.Batch(node.id(), boot, sequence, Instant.now(), List.of(), List.of(), 0, Optional.of(health),
                List.of(metrics)));
    }

    static LiveRow.Cell answered(NodeId destination) {
        return new LiveRow.Cell(PairResult.of(destination, 10, 300, 310, 320, 330, 340, 350, 360, 370, 380, 390),
                new RecentFates(0, 10));
    }

    static LiveRow.Cell lost(NodeId destination, int newest) {
        int[] delays = new int[10 - newest];
        java.util.Arrays.fill(delays, 300);
        return new LiveRow.Cell(PairResult.of(destination, 10, delays), new RecentFates((1L << newest) - 1, 20));
    }

    void send(Frame frame) {
        sendRaw(FrameCodec.encode(frame));
    }

    synchronized void sendRaw(byte[] bytes) {
        lastSend = lastSend.thenCompose(_ -> socket.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    synchronized void sendText(String text) {
        lastSend = lastSend.thenCompose(_ -> socket.sendText(text, true));
    }

    <F extends Frame> F await(Class<F> kind) {
        Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> !of(kind).isEmpty());
        return of(kind).getFirst();
    }

    void awaitAck(long sequence) {
        Awaitility.await().atMost(Duration.ofSeconds(8)).untilAsserted(
                () -> assertThat(of(Frame.Ack.class)).contains(new Frame.Ack(boot, sequence)));
    }

    <F extends Frame> List<F> of(Class<F> kind) {
        return received.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    boolean closed() {
        return closed;
    }

    void awaitClosed() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(this::closed);
    }

    /** As a killed process does: no goodbye, not even a close frame. */
    void vanish() {
        socket.abort();
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        partial.writeBytes(bytes);
        if (last) {
            Frame frame = FrameCodec.decode(partial.toByteArray());
            partial.reset();
            received.add(frame);
            if (frame instanceof Frame.Ping ping && answersPings) {
                send(new Frame.Pong(ping.token(), Instant.now()));
            }
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed = true;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed = true;
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
    }
}
