package io.sentinelmesh.wire;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.MetricValue;
import io.sentinelmesh.measurement.MetricValue.Counter;
import io.sentinelmesh.measurement.MetricValue.Gauge;
import io.sentinelmesh.measurement.MetricValue.Histogram;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.measurement.RoundTripDelays;
import io.sentinelmesh.measurement.TraceOutcome;

/** One frame of each kind with something in every field. Delays are such as have a code of their own, so that frames compare equal. */
final class SampleFrames {

    static final UUID BOOT = UUID.fromString("0b007000-0000-4000-8000-000000000001");
    static final NodeId AGENT = node(1);
    static final NodeId ENDPOINT = node(0xe);
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    static final Duration ROUND = Duration.ofSeconds(10);

    private SampleFrames() {
    }

    static NodeId node(int number) {
        return NodeId.parse("a0000000-0000-4000-8000-%012x".formatted(number));
    }

    /** By the name of the golden file that holds it. */
    static Map<String, Frame> byName() {
        Map<String, Frame> frames = new LinkedHashMap<>();
        frames.put("hello-of-an-icmp-agent", hello());
        frames.put("config-with-two-peers", config());
        frames.put("batch-of-two-rounds-with-losses-and-refusals", batch());
        frames.put("batch-of-six-rounds-compressed", largeBatch());
        frames.put("batch-without-rows", new Frame.Batch(AGENT, BOOT, 7, NOON, List.of(), List.of(), 12));
        frames.put("batch-with-health-and-metrics", batchWithHealth());
        frames.put("batch-with-traces", batchWithTraces());
        frames.put("live-row-with-a-lost-destination", live());
        frames.put("live-row-of-an-impaired-prober", new Frame.Live(live().row(), List.of(),
                new HealthVerdict(List.of(Impairment.TIMER_LATE, Impairment.CPU_STEAL))));
        frames.put("ack-of-batch-41", new Frame.Ack(BOOT, 41));
        frames.put("credit-of-8", new Frame.Credit(8));
        frames.put("ping-with-a-negative-token", new Frame.Ping(-2, NOON.plusNanos(123_456_000)));
        frames.put("pong-before-1970", new Frame.Pong(Long.MAX_VALUE, Instant.parse("1969-12-31T23:59:59.999999Z")));
        frames.put("goodbye-with-umlauts", new Frame.Goodbye("stopped by operator: Wartung, Gerät wird getauscht"));
        frames.put("refusal-of-a-taken-name", new Frame.Refusal(Frame.Refusal.Code.NAME_TAKEN,
                "\"alpha\" is the name of another agent; choose one with --name"));
        frames.put("hello-with-settings-in-force", helloWithSettings());
        frames.put("hello-of-an-agent-that-speaks-three-formats", helloOfThreeFormats());
        frames.put("settings-of-three-lines",
                new Frame.Settings(7, "# packets, not milliseconds: é\nrounds:\n  packets: 20\n"));
        frames.put("settings-reply-that-accepts",
                new Frame.SettingsReply(7, true, "", List.of("rounds.packets", "probes.stamp")));
        frames.put("settings-reply-that-refuses", new Frame.SettingsReply(8, false,
                "line 3, column 12: \"rounds.packets\" is 0: write a whole number from 1 to 1000", List.of()));
        frames.put("hello-of-a-client-behind-nat", helloBehindNat());
        frames.put("config-with-addresses-and-nat", new Frame.Config(4, ROUND, 10, List.of(agentBehindNat(),
                agentNode().with(MeshNode.Reach.DIRECT))));
        frames.put("dial-back-question", new Frame.DialBack(membership(),
                Optional.of(new Frame.DialBack.Question(-3, "2001:db8::10", 7_421, "00c0ffee"))));
        frames.put("dial-back-without-a-question", new Frame.DialBack(membership(), Optional.empty()));
        frames.put("dial-back-answer-not-reached", new Frame.DialBackAnswer(-3,
                Frame.DialBackAnswer.Outcome.NOT_REACHED, "[2001:db8::10]:7421 does not answer within 3 s",
                "198.51.100.7"));
        return frames;
    }

    static Frame.Hello hello() {
        return new Frame.Hello(1, agentNode(), BOOT, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-datagram", "",
                NOON.minusSeconds(5), NOON);
    }

    private static Frame.Hello helloWithSettings() {
        return new Frame.Hello(1, agentNode(), BOOT, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-datagram", "",
                NOON.minusSeconds(5), NOON, OptionalLong.of(7));
    }

    private static Frame.Hello helloBehindNat() {
        return new Frame.Hello(1, agentBehindNat(), BOOT, "0.1.0", ProbeKind.ICMP_ECHO, "icmp-datagram", "",
                NOON.minusSeconds(5), NOON, OptionalLong.of(7), Optional.of(membership()), 1);
    }

    static Frame.Membership membership() {
        return new Frame.Membership("client", "192.0.2.10:7421 does not answer",
                List.of("192.0.2.10", "2001:db8::10"));
    }

    static MeshNode agentBehindNat() {
        return new MeshNode(AGENT, MeshNode.Role.AGENT, "alpha", "site-a", "192.0.2.10", 18_620,
                List.of("2001:db8::10"), MeshNode.Reach.BEHIND_NAT);
    }

    private static Frame.Hello helloOfThreeFormats() {
        return new Frame.Hello(3, agentNode(), BOOT, "3.0.0", ProbeKind.ICMP_ECHO, "icmp-datagram", "",
                NOON.minusSeconds(5), NOON, OptionalLong.of(7), Optional.empty(), 1);
    }

    static Frame.Config config() {
        return new Frame.Config(3, ROUND, 10, List.of(agentNode(), endpointNode()));
    }

    static Frame.Batch batch() {
        MatrixRow first = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON, ROUND,
                List.of(PairResult.of(node(2), 10, 20_480, 20_544, 20_544, 20_608, 20_608, 20_672, 20_736, 20_800,
                        21_504,
                        22_528), refused(node(3)), PairResult.of(ENDPOINT, 10), ownFault(node(4))));
        MatrixRow second = new MatrixRow(AGENT, ProbeKind.ICMP_ECHO, NOON.plus(ROUND), ROUND,
                List.of(PairResult.of(node(2), 10, 20_416, 20_480, 20_544, 20_608, 20_672, 20_736, 20_800, 21_504),
                        PairResult.of(ENDPOINT, 10, 180, 181, 181, 190, 190, 191, 192, 192, 255, 256),
                        PairResult.of(node(3), 10)));
        MatrixRow ofAnother = new MatrixRow(node(9), ProbeKind.TCP_CONNECT, NOON.plus(ROUND), Duration.ofMinutes(1),
                List.of(PairResult.of(AGENT, 1, 0)));
        return new Frame.Batch(AGENT, BOOT, 42, NOON.plusSeconds(21), List.of(endpointNode()),
                List.of(first, second, ofAnother), 0);
    }

    private static PairResult refused(NodeId destination) {
        return new PairResult(destination, 10, RoundTripDelays.ofMicros(511, 512, 514), List.of(
                new RefusalCount(RefusalReason.HOST_UNREACHABLE, InetAddress.ofLiteral("192.0.2.1"), 4),
                new RefusalCount(RefusalReason.ADMINISTRATIVELY_PROHIBITED, InetAddress.ofLiteral("2001:db8::fe"), 2)),
                0, 0);
    }

    private static PairResult ownFault(NodeId destination) {
        return new PairResult(destination, 4, RoundTripDelays.ofMicros(1, 2, 3, 100),
                List.of(), 6, 1);
    }

    static Frame.Batch largeBatch() {
        return WanModel.quantised(new WanModel(20).batch(6, 24));
    }

    static Frame.Batch batchWithHealth() {
        return new Frame.Batch(AGENT, BOOT, 8, NOON.plusSeconds(31), List.of(), List.of(), 0, Optional.of(health()),
                metrics());
    }

    static Frame.Batch batchWithTraces() {
        Path reached = new Path(List.of(Optional.of(InetAddress.ofLiteral("192.0.2.1")), Optional.empty(),
                Optional.of(InetAddress.ofLiteral("198.51.100.3"))), true);
        Path refused = new Path(List.of(Optional.empty(), Optional.of(InetAddress.ofLiteral("2001:db8::fe"))), false);
        return new Frame.Batch(AGENT, BOOT, 9, NOON.plusSeconds(41), List.of(), List.of(), 0, Optional.empty(),
                List.of(), List.of(
                        new PathTrace(node(2), NOON.plusSeconds(3), InetAddress.ofLiteral("198.51.100.3"), 33_632,
                                reached, TraceOutcome.REACHED,
                                new TreeMap<>(Map.of(1, List.of(24_001, 17), 3, List.of(1_048_575)))),
                        new PathTrace(node(3), NOON.plusSeconds(4), InetAddress.ofLiteral("2001:db8::3"), 40_000,
                                refused, TraceOutcome.ADMINISTRATIVELY_PROHIBITED, new TreeMap<>()),
                        new PathTrace(node(4), NOON.plusSeconds(5), InetAddress.ofLiteral("192.0.2.4"), 40_000,
                                new Path(List.of(), false), TraceOutcome.NETWORK_UNREACHABLE, new TreeMap<>())));
    }

    static AgentHealth health() {
        return new AgentHealth(NOON.plusSeconds(30), ROUND, new ProberFigures(600, 31, 2, 1, 3, 19_456, 143_360),
                new ProcessFigures(0.25, 12_345, 87, 1_024, 20_971_520, 50_331_648), new SpoolFigures(1_200, 60),
                Optional.of(new ClockOffset(-1_500, 700)), new HealthVerdict(List.of(Impairment.SEND_ERRORS)));
    }

    static List<HostMetric> metrics() {
        Instant at = NOON.plusSeconds(29);
        return List.of(metric("host_memory_bytes", "bytes", Map.of("kind", "total"), at, new Gauge(8_589_934_592.0)),
                metric("host_memory_bytes", "bytes", Map.of("kind", "available"), at, new Gauge(4_294_967_296.0)),
                metric("host_network_received_bytes_total", "bytes", Map.of("interface", "eth0"), at,
                        new Counter(123_456_789)),
                metric("host_uptime_seconds", "seconds", Map.of(), at, new Gauge(86_400)),
                metric("host_temperature_celsius", "celsius", Map.of("sensor", "cpu", "core", "1"),
                        NOON.minusSeconds(240), new Gauge(-3.5)),
                metric("host_read_seconds", "seconds", Map.of("group", "disk"), at,
                        new Histogram(List.of(0.001, 0.1), List.of(5L, 2L, 1L), 3.25)),
                metric("host_read_seconds", "seconds", Map.of("group", "cpu"), at,
                        new Histogram(List.of(0.001, 0.1), List.of(7L, 0L, 0L), 0.002)));
    }

    private static HostMetric metric(String name, String unit, Map<String, String> labels, Instant at,
            MetricValue value) {
        return new HostMetric(name, unit, labels, at, value);
    }

    static Frame.Live live() {
        RecentFates healthy = new RecentFates(0, 64);
        RecentFates losing = new RecentFates(0b111, 64);
        return new Frame.Live(new LiveRow(AGENT, ProbeKind.ICMP_ECHO, NOON.plusMillis(1_234), ROUND, List.of(
                new LiveRow.Cell(PairResult.of(node(2), 3, 100, 101, 102), healthy),
                new LiveRow.Cell(PairResult.of(node(3), 3), losing),
                new LiveRow.Cell(PairResult.of(ENDPOINT, 1, 90), new RecentFates(-1L, 64)),
                new LiveRow.Cell(PairResult.of(node(4), 0), RecentFates.NONE))), List.of(endpointNode()));
    }

    static MeshNode agentNode() {
        return new MeshNode(AGENT, MeshNode.Role.AGENT, "alpha", "site-a", "192.0.2.10");
    }

    static MeshNode endpointNode() {
        return new MeshNode(ENDPOINT, MeshNode.Role.ENDPOINT, "gateway", "site-b", "gateway.example");
    }
}
