package io.sentinelmesh.probe.icmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.sentinelmesh.measurement.ProbeOutcome;
import io.sentinelmesh.measurement.ProbeOutcome.Answered;
import io.sentinelmesh.measurement.ProbeOutcome.Lost;
import io.sentinelmesh.measurement.ProbeOutcome.Refused;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbePacing;

/**
 * A path written down: its hops, what befalls which packet, and what a prober must make of it. Packets count from 1. The files in
 * {@code paths/} show every word there is.
 */
final class PathFile {

    private static final int FIRST_HOP_LIMIT = 64;

    private record Hop(InetAddress address, Duration delay) {
    }

    private final List<Hop> hops = new ArrayList<>();
    private final Map<Integer, SimulatedNetwork.Fate> fates = new TreeMap<>();
    private final Map<Integer, ProbeOutcome> expected = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private Duration interval = Duration.ofSeconds(1);
    private Duration lossThreshold = Duration.ofSeconds(1);
    private int packets;

    private PathFile() {
    }

    static PathFile read(Path file) {
        PathFile path = new PathFile();
        try {
            for (String line : Files.readAllLines(file)) {
                String text = line.replaceFirst("#.*", "").strip();
                if (!text.isEmpty()) {
                    path.take(text.split("\\s+"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not understood in " + file, e);
        }
        return path;
    }

    ProbePacing pacing() {
        return new ProbePacing(interval, lossThreshold, packets);
    }

    InetAddress destination() {
        return hops.getLast().address();
    }

    Map<Integer, ProbeOutcome> expected() {
        return expected;
    }

    /** Such as "late", "duplicates"; those that are not written are none. */
    long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** The whole of it, until the last fate is known. */
    Duration length() {
        return interval.multipliedBy(packets).plus(lossThreshold).plusMillis(500);
    }

    void befall(SimulatedNetwork network, long sequence) {
        fates.getOrDefault((int) sequence + 1, SimulatedNetwork.answeredAfter(roundTrip(hops.size())))
                .befall(network, sequence);
    }

    int hopLimitSeen() {
        return FIRST_HOP_LIMIT - (hops.size() - 1);
    }

    private Duration roundTrip(int toHop) {
        return hops.subList(0, toHop).stream().map(Hop::delay).reduce(Duration.ZERO, Duration::plus).multipliedBy(2);
    }

    private void take(String... words) {
        switch (words[0]) {
            case "interval" -> interval = duration(words[1]);
            case "loss-threshold" -> lossThreshold = duration(words[1]);
            case "packets" -> packets = Integer.parseInt(words[1]);
            case "hop" -> hops.add(new Hop(InetAddress.ofLiteral(words[1]), duration(words[2])));
            case "packet" -> {
                for (int packet : range(words[1])) {
                    fates.put(packet, fate(words));
                }
            }
            case "expect" -> expect(words);
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private SimulatedNetwork.Fate fate(String... words) {
        return switch (words[2]) {
            case "lost" -> SimulatedNetwork.lost();
            case "after" -> SimulatedNetwork.answeredAfter(duration(words[3]));
            case "twice" -> SimulatedNetwork.answeredTwice(duration(words[4]), duration(words[6]));
            case "corrupt" -> SimulatedNetwork.corruptAfter(duration(words[4]));
            case "foreign" -> SimulatedNetwork.forgedAfter(duration(words[4]), 0);
            case "answers-65536-earlier" -> SimulatedNetwork.answeredWithSequence(-65_536, duration(words[4]));
            case "refused" -> SimulatedNetwork.refusedAfter(roundTrip(hop(words[5])), reason(words[3]),
                    hops.get(hop(words[5]) - 1).address());
            case "refused-briefly" -> SimulatedNetwork.refusedBrieflyAfter(roundTrip(hop(words[5])), reason(words[3]),
                    hops.get(hop(words[5]) - 1).address());
            default -> throw new IllegalArgumentException(words[2]);
        };
    }

    private void expect(String... words) {
        if (!words[1].matches("[0-9-]+")) {
            counts.put(words[1], Long.parseLong(words[2]));
            return;
        }
        ProbeOutcome outcome = switch (words[2]) {
            case "answered" -> new Answered(duration(words[3]));
            case "lost" -> new Lost(lossThreshold);
            case "refused" -> new Refused(reason(words[3]), InetAddress.ofLiteral(words[5]));
            default -> throw new IllegalArgumentException(words[2]);
        };
        for (int packet : range(words[1])) {
            expected.put(packet, outcome);
        }
    }

    private static int hop(String number) {
        return Integer.parseInt(number);
    }

    private static RefusalReason reason(String words) {
        return RefusalReason.valueOf(words.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Duration duration(String text) {
        return text.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                : Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)));
    }

    private static int[] range(String text) {
        String[] ends = text.split("-");
        return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                .toArray();
    }
}
