package io.sentinelmesh.wire;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.management.ThreadMXBean;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.Impairment;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.WireFormatException.Problem;
import io.sentinelmesh.wire.proto.Batch;
import io.sentinelmesh.wire.proto.Config;
import io.sentinelmesh.wire.proto.Content;
import io.sentinelmesh.wire.proto.DialBack;
import io.sentinelmesh.wire.proto.DialBackAnswer;
import io.sentinelmesh.wire.proto.Dictionary;
import io.sentinelmesh.wire.proto.Goodbye;
import io.sentinelmesh.wire.proto.Health;
import io.sentinelmesh.wire.proto.Hello;
import io.sentinelmesh.wire.proto.MetricFamily;
import io.sentinelmesh.wire.proto.Metrics;
import io.sentinelmesh.wire.proto.Node;
import io.sentinelmesh.wire.proto.Row;
import io.sentinelmesh.wire.proto.Settings;
import io.sentinelmesh.wire.proto.SettingsReply;
import io.sentinelmesh.wire.proto.Trace;

import static io.sentinelmesh.wire.WireFormatException.Problem.INVALID_CONTENT;
import static io.sentinelmesh.wire.WireFormatException.Problem.NOT_A_FRAME;
import static io.sentinelmesh.wire.WireFormatException.Problem.TOO_LARGE;
import static io.sentinelmesh.wire.WireFormatException.Problem.TRUNCATED;
import static io.sentinelmesh.wire.WireFormatException.Problem.UNKNOWN_KIND;
import static io.sentinelmesh.wire.WireFormatException.Problem.UNSUPPORTED_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Frames made to harm: each is refused with the part and the limit named, for little memory. */
class HostileFramesTest {

    private static final int MIB = 1 << 20;
    /** In all while decoding, most of it garbage at once. The content itself may take 8 MiB, the numbers of its arrays 16, and growing them. */
    private static final long MAX_ALLOCATED_BYTES = 64L * MIB;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeAll
    static void load_everything_once() {
        SampleFrames.byName().values().forEach(frame -> FrameCodec.decode(FrameCodec.encode(frame)));
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                // The outside
                hostile("nothing", TRUNCATED, "only 0 came", () -> new byte[0]),
                hostile("text", NOT_A_FRAME, "first two bytes", () -> "GET / HTTP/1.1".getBytes()),
                hostile("a newer version", UNSUPPORTED_VERSION, "format version 2",
                        () -> new byte[]{'S', 'M', 2, 0, 0, 0, 0, 0, 1, 2, 3}),
                hostile("an unknown encoding", INVALID_CONTENT, "encoding 7", () -> Wrapped.frame(7, 0, new byte[0])),
                hostile("more than a frame may have", TOO_LARGE, "at most 1048576",
                        () -> Wrapped.plain(new byte[MIB])),
                hostile("4 GiB announced", TOO_LARGE, "4294967295 bytes of content",
                        () -> Wrapped.frame(1, -1, new byte[100])),
                hostile("one byte too many announced", TOO_LARGE, "8388609 bytes of content",
                        () -> Wrapped.frame(1, 8 * MIB + 1, new byte[100])),
                hostile("a bomb", INVALID_CONTENT, "more than the 100 bytes",
                        () -> Wrapped.frame(1, 100, Zstd.compress(new byte[500 * MIB]))),
                hostile("8 MiB announced, little there", INVALID_CONTENT, "not to the 8388608",
                        () -> Wrapped.frame(1, 8 * MIB, Zstd.compress(new byte[100]))),
                hostile("not zstd", INVALID_CONTENT, "does not decompress",
                        () -> Wrapped.frame(1, 100, "not zstd at all".getBytes())),
                hostile("bytes after the content", INVALID_CONTENT, "3 bytes follow",
                        () -> Wrapped.frame(0, 0, new byte[3])),
                // The protobuf
                hostile("no content", INVALID_CONTENT, "no frame is in it", () -> Wrapped.plain(new byte[0])),
                hostile("a kind of frame not known yet", UNKNOWN_KIND, "no frame of a kind",
                        () -> Wrapped.plain(new byte[]{0x5a, 1, 0})),
                hostile("8 MiB of zeros", INVALID_CONTENT, "not protobuf", () -> Wrapped.compressed(new byte[8 * MIB])),
                hostile("4 million empty peers", TOO_LARGE, "131073 fields",
                        () -> repeated(0x12, 0x22, 0)),
                hostile("4 million empty rows", TOO_LARGE, "131073 fields", () -> repeated(0x1a, 0x42, 0)),
                hostile("4 million unknown fields", TOO_LARGE, "131073 fields", () -> repeated(0x1a, 0x78, 1)),
                hostile("4 million times another kind", TOO_LARGE, "131073 fields",
                        () -> Wrapped.compressed(pairs(0x1a, 0, 8 * MIB - 64))),
                hostile("groups in groups", INVALID_CONTENT, "group", () -> {
                    byte[] groups = new byte[MIB];
                    Arrays.fill(groups, (byte) 0x7b);
                    return Wrapped.compressed(groups);
                }),
                hostile("a length beyond the end", INVALID_CONTENT, "not protobuf",
                        () -> Wrapped.plain(new byte[]{0x1a, -1, -1, -1, -1, 7})),
                hostile("a negative length", INVALID_CONTENT, "not protobuf",
                        () -> Wrapped.plain(new byte[]{0x1a, -1, -1, -1, -1, 15})),
                hostile("7 million numbers", TOO_LARGE, "numbers in arrays",
                        () -> row(row -> row.addAllDelaySteps(Collections.nCopies(7_000_000, 0)))),
                hostile("2 million masks", INVALID_CONTENT, "recent_lost has 2000000 values",
                        () -> live(row -> row.addAllRecentLost(Collections.nCopies(2_000_000, 1L)))),
                hostile("a text of 8 million characters", TOO_LARGE, "characters in reason",
                        () -> content(content -> content
                                .setGoodbye(Goodbye.newBuilder().setReason("x".repeat(8 * MIB - 64))))),
                hostile("a text that is not UTF-8", INVALID_CONTENT, "not protobuf",
                        () -> Wrapped.plain(new byte[]{0x4a, 3, 0x0a, 1, (byte) 0xff})),
                // The values
                hostile("a boot id of 15 bytes", INVALID_CONTENT, "boot id must have 16 bytes, not 15",
                        () -> batch(batch -> batch.setBoot(ByteString.copyFrom(new byte[15])))),
                hostile("a dictionary of 17 bytes", INVALID_CONTENT, "multiple of 16",
                        () -> batch(batch -> batch
                                .setDictionary(Dictionary.newBuilder().setNodes(ByteString.copyFrom(new byte[17]))))),
                hostile("too many destinations", TOO_LARGE, "8193 destinations",
                        () -> batch(batch -> batch.setDictionary(
                                Dictionary.newBuilder().setNodes(ByteString.copyFrom(new byte[8193 * 16]))))),
                hostile("an address of 5 bytes", INVALID_CONTENT, "offender has 4 or 16 bytes",
                        () -> batch(batch -> batch.setDictionary(
                                Dictionary.newBuilder().addOffenders(ByteString.copyFrom(new byte[5]))))),
                hostile("a batch numbered 0", INVALID_CONTENT, "numbered from 1",
                        () -> batch(batch -> batch.setSequence(0))),
                hostile("a name that forges a log line", INVALID_CONTENT, "evil?INFO",
                        () -> content(content -> content.setConfig(Config.newBuilder().setRoundLengthMicros(10_000_000)
                                .setPacketsPerRound(10)
                                .addPeers(Node.newBuilder().setId(ByteString.copyFrom(new byte[16])).setRole(1)
                                        .setName("evil\nINFO").setSite("s").setAddress("a"))))),
                hostile("an address with a NUL", INVALID_CONTENT, "address may hold letters",
                        () -> hello(hello -> hello.getAgentBuilder().setAddress("a\u0000"))),
                hostile("a version with a NUL", INVALID_CONTENT, "software version must not have control",
                        () -> hello(hello -> hello.setSoftwareVersion("1.0\u0000"))),
                hostile("formats that end before they begin", INVALID_CONTENT, "newer than the newest",
                        () -> hello(hello -> hello.setFormatVersion(1).setOldestFormatVersion(2))),
                hostile("a rung that forges a log line", INVALID_CONTENT, "rung must not have control",
                        () -> hello(hello -> hello.setRung("icmp\nINFO"))),
                hostile("a remedy that colours the terminal", INVALID_CONTENT, "U+001B",
                        () -> hello(hello -> hello.setRemedy("\u001b[31m"))),
                hostile("eight further addresses", INVALID_CONTENT, "at most 7 further addresses, not 8",
                        () -> hello(hello -> hello.getAgentBuilder()
                                .addAllAddresses(Collections.nCopies(8, "192.0.2.9")))),
                hostile("a further address with a NUL", INVALID_CONTENT, "address may hold letters",
                        () -> hello(hello -> hello.getAgentBuilder().addAddresses("a\u0000"))),
                hostile("thirty-three local addresses", TOO_LARGE, "33 local addresses",
                        () -> hello(hello -> hello.getMembershipBuilder()
                                .addAllLocalAddresses(Collections.nCopies(33, "192.0.2.9")))),
                hostile("a mode that forges a log line", INVALID_CONTENT,
                        "mode of the membership must not have control",
                        () -> hello(hello -> hello.getMembershipBuilder().setMode("none\nINFO"))),
                hostile("a question about port 65,536", INVALID_CONTENT, "a member port is 1 to 65535",
                        () -> content(content -> content
                                .setDialBack(DialBack.newBuilder().setAddress("192.0.2.9").setPort(65_536)))),
                hostile("an answer that colours the terminal", INVALID_CONTENT, "U+001B",
                        () -> content(content -> content
                                .setDialBackAnswer(DialBackAnswer.newBuilder().setReason("\u001b[31m")))),
                hostile("settings without a version", INVALID_CONTENT, "numbered from 1, not 0",
                        () -> content(content -> content.setSettings(Settings.newBuilder().setDocument("rounds:")))),
                hostile("settings that do not end", INVALID_CONTENT, "at most 262144",
                        () -> content(content -> content.setSettings(
                                Settings.newBuilder().setVersion(1).setDocument("#".repeat(262_145))))),
                hostile("a settings version below 0", INVALID_CONTENT, "version of the settings must not be negative",
                        () -> hello(hello -> hello.setSettingsVersion(-1))),
                hostile("a reply to no settings", INVALID_CONTENT, "numbered from 1, not 0",
                        () -> reply(reply -> reply.setVersion(0))),
                hostile("a reason that forges a log line", INVALID_CONTENT, "reason must not have control",
                        () -> reply(reply -> reply.setReason("no\nINFO all well"))),
                hostile("a pinned key that colours the terminal", INVALID_CONTENT, "U+001B",
                        () -> reply(reply -> reply.addPinned("\u001b[31m"))),
                hostile("257 pinned keys", TOO_LARGE, "257 pinned keys",
                        () -> reply(reply -> reply.addAllPinned(Collections.nCopies(257, "a")))),
                hostile("a long pinned key", TOO_LARGE, "characters in pinned key",
                        () -> reply(reply -> reply.addPinned("a".repeat(1_025)))),
                hostile("an unknown kind of probe", INVALID_CONTENT, "probe kind number 99",
                        () -> row(row -> row.setKind(99))),
                hostile("a round of no time", INVALID_CONTENT, "a round lasts",
                        () -> row(row -> row.setRoundLengthMicros(0))),
                hostile("a round of negative time", INVALID_CONTENT, "a round lasts",
                        () -> row(row -> row.setRoundLengthMicros(-1))),
                // The columns
                hostile("4 billion cells", TOO_LARGE, "4294967295 cells", () -> row(row -> row.setCells(-1))),
                hostile("1,000 rows of 65,536 cells", TOO_LARGE, "cells", HostileFramesTest::manyCells),
                hostile("a destination beyond the dictionary", INVALID_CONTENT, "destination comes to 1",
                        () -> row(row -> row.setCells(2))),
                hostile("a destination before the dictionary", INVALID_CONTENT, "destination comes to -1",
                        () -> row(row -> row.setCells(1).addDestination(-1))),
                hostile("a destination that overflows", INVALID_CONTENT, "destination comes to 2147483648",
                        () -> row(row -> row.setCells(2).addDestination(0).addDestination(Integer.MAX_VALUE))),
                hostile("more packets than a cell holds", INVALID_CONTENT, "sent comes to 65536",
                        () -> row(row -> row.setCells(1).addSent(65_536))),
                hostile("packets that overflow", INVALID_CONTENT, "sent comes to 2147483648",
                        () -> row(row -> row.setCells(2).addDestination(0).addDestination(-1).addSent(1).addLost(1)
                                .addSent(Integer.MAX_VALUE))),
                hostile("more lost than sent", INVALID_CONTENT, "lost comes to 11",
                        () -> row(row -> row.setCells(1).addSent(10).addLost(11))),
                hostile("more lost than an int holds", INVALID_CONTENT, "lost comes to 4294967295",
                        () -> row(row -> row.setCells(1).addSent(10).addLost(-1))),
                hostile("a column longer than the row", INVALID_CONTENT, "not_sent has 2 values for 1 cells",
                        () -> row(row -> row.setCells(1).addNotSent(1).addNotSent(1))),
                hostile("an answer without a delay", INVALID_CONTENT, "first_delay ends after 0",
                        () -> row(row -> row.setCells(1).addSent(1))),
                hostile("fewer steps than answers", INVALID_CONTENT, "delay_steps ends after 1",
                        () -> row(row -> row.setCells(1).addSent(3).addFirstDelay(1).addDelaySteps(1))),
                hostile("more steps than answers", INVALID_CONTENT, "delay_steps has 2 values",
                        () -> row(row -> row.setCells(1).addSent(2).addFirstDelay(1).addDelaySteps(1)
                                .addDelaySteps(1))),
                hostile("65,535 answers in each of 65,536 cells", TOO_LARGE, "delays, at most 1048576",
                        HostileFramesTest::manyDelays),
                hostile("a delay code beyond the last", INVALID_CONTENT, "first_delay comes to 6144",
                        () -> row(row -> row.setCells(1).addSent(1).addFirstDelay(6_144))),
                hostile("a negative delay", INVALID_CONTENT, "first_delay comes to -1",
                        () -> row(row -> row.setCells(1).addSent(1).addFirstDelay(-1))),
                hostile("delay steps that overflow", INVALID_CONTENT, "delay_steps comes to 4294967296",
                        () -> row(row -> row.setCells(1).addSent(2).addFirstDelay(1).addDelaySteps(-1))),
                hostile("a refusal by nobody", INVALID_CONTENT, "refusal_offender comes to 1",
                        () -> row(row -> row.setCells(1).addSent(1).addLost(1).addRefusalCell(0).addRefusalReason(1)
                                .addRefusalOffender(1).addRefusalCount(1))),
                hostile("a refusal for no reason", INVALID_CONTENT, "refusal_reason ends after 0",
                        () -> row(row -> row.setCells(1).addSent(1).addLost(1).addRefusalCell(0).addRefusalOffender(0)
                                .addRefusalCount(1))),
                hostile("a refusal outside of the row", INVALID_CONTENT, "refusal_cell has 1 values",
                        () -> row(row -> row.setCells(1).addSent(1).addLost(1).addRefusalCell(1).addRefusalReason(1)
                                .addRefusalOffender(0).addRefusalCount(1))),
                hostile("more refused than lost", INVALID_CONTENT, "packets refused",
                        () -> row(row -> row.setCells(1).addSent(1).addLost(1).addRefusalCell(0).addRefusalReason(1)
                                .addRefusalOffender(0).addRefusalCount(2))),
                hostile("refusals without end", INVALID_CONTENT, "packets refused", HostileFramesTest::manyRefusals),
                hostile("65 recent packets", INVALID_CONTENT, "recent_count comes to 65",
                        () -> live(row -> row.setCells(1).addRecentCount(65))),
                hostile("a lost packet that is not counted", INVALID_CONTENT, "bits beyond its 1 packets",
                        () -> live(row -> row.setCells(1).addRecentCount(1).addRecentLost(2))),
                // Health and metrics
                hostile("more impairments than there are", TOO_LARGE, "33 impairments",
                        () -> health(health -> health.addAllImpairments(Collections.nCopies(33, 1)))),
                hostile("more impairments of a live row than there are", TOO_LARGE, "33 impairments",
                        () -> content(content -> content.getLiveBuilder().setDictionary(dictionary())
                                .setRow(changed(_ -> {
                                })).addAllImpairments(Collections.nCopies(33, 1)))),
                hostile("fewer than no send errors", INVALID_CONTENT, "health is negative: -1",
                        () -> health(health -> health.setSendErrors(-1))),
                hostile("more than all of the processor stolen", INVALID_CONTENT, "between 0 and 1, not at 1.5",
                        () -> health(health -> health.setCpuStealRatio(1.5))),
                hostile("a share that is no number", INVALID_CONTENT, "not at NaN",
                        () -> health(health -> health.setCpuStealRatio(Double.NaN))),
                hostile("figures of a year", INVALID_CONTENT, "cover 0 s to 1 h",
                        () -> health(health -> health.setWindowMicros(31_536_000_000_000L))),
                hostile("513 traces", TOO_LARGE, "513 traces",
                        () -> batch(batch -> batch.addAllTraces(Collections.nCopies(513, trace(_ -> {
                        }))))),
                hostile("a trace of 65 hops", TOO_LARGE, "65 hops",
                        () -> traced(trace -> trace.addAllHops(Collections.nCopies(64, ByteString.EMPTY)))),
                hostile("a hop that is no address", INVALID_CONTENT, "address of a hop has 4 or 16 bytes, not 5",
                        () -> traced(trace -> trace.addHops(ByteString.copyFrom(new byte[5])))),
                hostile("a trace of nothing", INVALID_CONTENT, "address of a target has 4 or 16 bytes, not 0",
                        () -> traced(Trace.Builder::clearTarget)),
                hostile("257 labels", TOO_LARGE, "257 labels",
                        () -> traced(trace -> trace.addAllLabel(Collections.nCopies(257, 16))
                                .addAllLabelHop(Collections.nCopies(257, 1)))),
                hostile("a label without its hop", INVALID_CONTENT, "1 labels, but says of 0",
                        () -> traced(trace -> trace.addLabel(16))),
                hostile("a label of no hop", INVALID_CONTENT, "labels of hop 2 of 1",
                        () -> traced(trace -> trace.addLabel(16).addLabelHop(2))),
                hostile("a flow that is no port", INVALID_CONTENT, "named by a port, not 65536",
                        () -> traced(trace -> trace.setFlow(65_536))),
                hostile("4,097 metrics", TOO_LARGE, "4097 metrics",
                        () -> family(family -> family.addAllValues(Collections.nCopies(4_097, 1.0)))),
                hostile("a million values", TOO_LARGE, "numbers in arrays",
                        () -> family(family -> family.addAllValues(Collections.nCopies(1_000_000, 0.0)))),
                hostile("4,097 families", TOO_LARGE, "4097 families",
                        () -> metrics(metrics -> metrics.addAllFamilies(
                                Collections.nCopies(4_097, MetricFamily.getDefaultInstance())))),
                hostile("4,097 texts", TOO_LARGE, "4097 texts",
                        () -> metrics(metrics -> metrics.addAllTexts(Collections.nCopies(4_097, "x")))),
                hostile("9 labels", TOO_LARGE, "9 labels",
                        () -> family(family -> family.addValues(1).addAllLabelKeys(Collections.nCopies(9, 0))
                                .addAllLabels(Collections.nCopies(9, 0)))),
                hostile("a label without a value", INVALID_CONTENT, "column labels",
                        () -> family(family -> family.addValues(1).addLabelKeys(0))),
                hostile("a label twice", INVALID_CONTENT, "a label twice",
                        () -> family(family -> family.addValues(1).addLabelKeys(0).addLabelKeys(0).addLabels(0)
                                .addLabels(0))),
                hostile("a label beyond the texts", INVALID_CONTENT, "text 4294967295, but there are only 1",
                        () -> family(family -> family.addValues(1).addLabelKeys(-1).addLabels(0))),
                hostile("a metric whose name forges a line", INVALID_CONTENT, "name of a metric",
                        () -> family(family -> family.setName("a\nb").addValues(1))),
                hostile("a metric that is no number", INVALID_CONTENT, "finite number, not NaN",
                        () -> family(family -> family.addValues(Double.NaN))),
                hostile("a counter below nothing", INVALID_CONTENT, "a counter is not negative",
                        () -> family(family -> family.setType(2).addValues(-1))),
                hostile("a gauge with buckets", INVALID_CONTENT, "column bounds",
                        () -> family(family -> family.addValues(1).addBounds(1))),
                hostile("a histogram of too few counts", INVALID_CONTENT, "column counts",
                        () -> family(family -> family.setType(3).addValues(1).addBounds(1).addCounts(1))),
                hostile("a histogram of 65 bounds", TOO_LARGE, "65 bounds",
                        () -> family(family -> family.setType(3).addValues(1)
                                .addAllBounds(Collections.nCopies(65, 1.0)))),
                hostile("bounds that do not ascend", INVALID_CONTENT, "ascend",
                        () -> family(family -> family.setType(3).addValues(1).addBounds(1).addBounds(1).addCounts(1)
                                .addCounts(1).addCounts(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void is_refused_with_part_and_limit_for_little_memory(String what, Problem problem, String message,
            Supplier<byte[]> frame) {
        byte[] bytes = frame.get();

        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertThatExceptionOfType(WireFormatException.class).isThrownBy(() -> FrameCodec.decode(bytes))
                .satisfies(refused -> assertThat(refused.problem()).isEqualTo(problem)).withMessageContaining(message);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
    }

    private static Arguments hostile(String what, Problem problem, String message, Supplier<byte[]> frame) {
        return Arguments.of(what, problem, message, frame);
    }

    /** Content of 8 MiB in which a message holds two bytes over and over. */
    private static byte[] repeated(int frameTag, int first, int second) {
        byte[] inside = pairs(first, second, 8 * MIB - 64);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(frameTag);
        for (int rest = inside.length; rest != 0; rest >>>= 7) {
            content.write(rest >>> 7 == 0 ? rest : rest & 0x7f | 0x80);
        }
        content.writeBytes(inside);
        return Wrapped.compressed(content.toByteArray());
    }

    private static byte[] pairs(int first, int second, int length) {
        byte[] pairs = new byte[length];
        for (int i = 0; i < length; i += 2) {
            pairs[i] = (byte) first;
            pairs[i + 1] = (byte) second;
        }
        return pairs;
    }

    private static byte[] content(Consumer<Content.Builder> change) {
        Content.Builder content = Content.newBuilder();
        change.accept(content);
        return Wrapped.compressed(content.build().toByteArray());
    }

    private static byte[] hello(Consumer<Hello.Builder> change) {
        Hello.Builder hello = Hello.newBuilder().setFormatVersion(1).setBoot(ByteString.copyFrom(new byte[16]))
                .setKind(1).setAgent(Node.newBuilder().setId(ByteString.copyFrom(new byte[16])).setRole(1)
                        .setName("a").setSite("s").setAddress("192.0.2.1"));
        change.accept(hello);
        return content(content -> content.setHello(hello));
    }

    private static byte[] reply(Consumer<SettingsReply.Builder> change) {
        SettingsReply.Builder reply = SettingsReply.newBuilder().setVersion(1);
        change.accept(reply);
        return content(content -> content.setSettingsReply(reply));
    }

    /** A batch that is in order but for the change. */
    private static byte[] batch(Consumer<Batch.Builder> change) {
        Batch.Builder batch = Batch.newBuilder().setAgent(ByteString.copyFrom(new byte[16]))
                .setBoot(ByteString.copyFrom(new byte[16])).setSequence(1).setDictionary(dictionary());
        change.accept(batch);
        return content(content -> content.setBatch(batch));
    }

    private static byte[] health(Consumer<Health.Builder> change) {
        return batch(batch -> change.accept(batch.getHealthBuilder()));
    }

    private static byte[] traced(Consumer<Trace.Builder> change) {
        return batch(batch -> batch.addTraces(trace(change)));
    }

    /** A trace of one hop that is in order but for the change. */
    private static Trace trace(Consumer<Trace.Builder> change) {
        Trace.Builder trace = Trace.newBuilder().setDestination(ByteString.copyFrom(new byte[16]))
                .setTarget(ByteString.copyFrom(new byte[4])).setOutcome(2)
                .addHops(ByteString.copyFrom(new byte[]{10, 0, 0, 1}));
        change.accept(trace);
        return trace.build();
    }

    private static byte[] metrics(Consumer<Metrics.Builder> change) {
        return batch(batch -> change.accept(batch.getMetricsBuilder()));
    }

    /** A family of gauges that is in order but for the change, with one text. */
    private static byte[] family(Consumer<MetricFamily.Builder> change) {
        MetricFamily.Builder family = MetricFamily.newBuilder().setName("a").setType(1);
        change.accept(family);
        return metrics(metrics -> metrics.addTexts("x").addFamilies(family));
    }

    private static byte[] row(Consumer<Row.Builder> change) {
        return batch(batch -> batch.addRows(changed(change)));
    }

    private static byte[] live(Consumer<Row.Builder> change) {
        return content(content -> content.getLiveBuilder().setDictionary(dictionary()).setRow(changed(change)));
    }

    private static Row.Builder changed(Consumer<Row.Builder> change) {
        Row.Builder row = Row.newBuilder().setKind(1).setRoundLengthMicros(10_000_000)
                .setSource(ByteString.copyFrom(new byte[16]));
        change.accept(row);
        return row;
    }

    private static Dictionary.Builder dictionary() {
        return Dictionary.newBuilder().setNodes(ByteString.copyFrom(new byte[16]))
                .addOffenders(ByteString.copyFrom(new byte[4]));
    }

    private static byte[] manyCells() {
        return batch(batch -> {
            Row row = changed(some -> some.setCells(65_536).addAllDestination(Collections.nCopies(65_536, -1))
                    .setDestination(0, 0)).build();
            batch.addAllRows(Collections.nCopies(31, row));
        });
    }

    private static byte[] manyDelays() {
        return row(row -> row.setCells(65_536).addSent(65_535).addAllDestination(Collections.nCopies(65_536, -1))
                .setDestination(0, 0).addAllFirstDelay(Collections.nCopies(65_536, 0))
                .addAllDelaySteps(Collections.nCopies(1 << 20, 0)));
    }

    private static byte[] manyRefusals() {
        return row(row -> row.setCells(1).addSent(65_535).addLost(65_535)
                .addAllRefusalCell(Collections.nCopies(65_536, 0)).addAllRefusalReason(Collections.nCopies(65_536, 1))
                .addAllRefusalOffender(Collections.nCopies(65_536, 0))
                .addAllRefusalCount(Collections.nCopies(65_536, 65_535)));
    }

    @Test
    void a_frame_that_fills_the_limits_is_read_for_little_memory_too() {
        PairResult result = PairResult.of(SampleFrames.AGENT, 16, new int[16]);
        MatrixRow row = new MatrixRow(SampleFrames.AGENT, ProbeKind.ICMP_ECHO, SampleFrames.NOON, SampleFrames.ROUND,
                Collections.nCopies(64, result));
        byte[] bytes = FrameCodec.encode(new Frame.Batch(SampleFrames.AGENT, SampleFrames.BOOT, 1, SampleFrames.NOON,
                List.of(), Collections.nCopies(FrameLimits.MAX_ROWS, row), 0));

        long before = THREADS.getCurrentThreadAllocatedBytes();
        Frame.Batch batch = (Frame.Batch) FrameCodec.decode(bytes);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        assertThat(batch.rows().size() * 64 * 16).isEqualTo(FrameLimits.MAX_DELAYS);
        assertThat(allocated).isLessThan(MAX_ALLOCATED_BYTES);
    }

    @Test
    void metrics_of_a_newer_kind_are_passed_over_and_the_others_taken() {
        byte[] bytes = metrics(metrics -> metrics.addFamilies(MetricFamily.newBuilder().setName("a").setType(9)
                .addValues(1).addLabelKeys(77)).addFamilies(
                        MetricFamily.newBuilder().setName("b").setType(1).addValues(2)));

        Frame.Batch batch = (Frame.Batch) FrameCodec.decode(bytes);

        assertThat(batch.metrics()).extracting(HostMetric::name).containsExactly("b");
    }

    @Test
    void an_impairment_of_a_newer_version_is_an_impairment_still() {
        Frame.Live live = (Frame.Live) FrameCodec.decode(content(content -> content.getLiveBuilder()
                .setDictionary(dictionary()).setRow(changed(_ -> {
                })).addImpairments(99)));

        assertThat(live.verdict().impairments()).containsExactly(Impairment.OTHER);
    }

    @Test
    void fields_of_a_newer_version_are_passed_over() throws Exception {
        byte[] known = Packing.unpack(FrameCodec.encode(SampleFrames.batch()));
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .addField(100, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("new"))
                        .build())
                .build();
        Content content = Content.parseFrom(known).toBuilder().setUnknownFields(newer).build();
        content = content.toBuilder()
                .setBatch(content.getBatch().toBuilder().setUnknownFields(newer)
                        .setRows(0, content.getBatch().getRows(0).toBuilder().setUnknownFields(newer)))
                .build();

        assertThat(FrameCodec.decode(Wrapped.plain(content.toByteArray()))).isEqualTo(SampleFrames.batch());
    }
}
