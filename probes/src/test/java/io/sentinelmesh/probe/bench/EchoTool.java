package io.sentinelmesh.probe.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that measures round-trip delays to one destination, and how to read what it says of each packet. */
enum EchoTool {

    OURS {
        @Override
        List<String> command(String address, int intervalMs, int count) {
            return Ours.command(EchoErrorRun.class, address, String.valueOf(intervalMs), String.valueOf(count));
        }

        /** By the time at which each packet left, to which the capture's requests, milliseconds apart, are compared. */
        @Override
        List<Judged> judge(List<String> output, List<WireCapture.Exchange> wire) {
            TreeMap<Long, WireCapture.Exchange> byTime = new TreeMap<>();
            wire.forEach(exchange -> byTime.put(exchange.requestNanos(), exchange));
            List<Judged> judged = new ArrayList<>();
            for (String line : output) {
                if (!line.startsWith("unstamped")) {
                    int blank = line.indexOf(' ');
                    long sent = Long.parseLong(line.substring(0, blank));
                    nearest(byTime, sent).ifPresent(exchange -> {
                        byTime.remove(exchange.requestNanos());
                        judged.add(
                                new Judged(Long.parseLong(line.substring(blank + 1)), exchange.roundTripNanos()));
                    });
                }
            }
            return judged;
        }
    },
    FPING {
        private static final Pattern ANSWER = Pattern.compile("\\[(\\d+)], \\d+ bytes, ([\\d.]+) ms");

        @Override
        List<String> command(String address, int intervalMs, int count) {
            return List.of("fping", "-c", String.valueOf(count), "-p", String.valueOf(intervalMs), "-i", "1", "-t",
                    "1000", address);
        }

        @Override
        List<Judged> judge(List<String> output, List<WireCapture.Exchange> wire) {
            return bySequence(ANSWER, output, wire);
        }
    },
    PING {
        private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ttl=\\d+ time=([\\d.]+) ms");

        @Override
        List<String> command(String address, int intervalMs, int count) {
            return List.of("ping", "-n", "-c", String.valueOf(count), "-i", String.valueOf(intervalMs / 1e3), "-W",
                    "1", address);
        }

        @Override
        List<Judged> judge(List<String> output, List<WireCapture.Exchange> wire) {
            return bySequence(ANSWER, output, wire);
        }
    };

    /** A request that the wire saw so far from when it is said to have left is another one. Less than half the interval. */
    private static final long FARTHEST_NANOS = 4_000_000;

    /** What a tool said of one packet and what the wire says. */
    record Judged(long toldNanos, long wireNanos) {

        double errorMicros() {
            return Math.abs(toldNanos - wireNanos) / 1e3;
        }

        /** As if the tool had told whole microseconds, which is all that fping and ping print of short delays. */
        double errorMicrosInWholeMicros() {
            return Math.abs(toldNanos / 1_000 * 1_000 - wireNanos) / 1e3;
        }
    }

    /** With which to start it. */
    abstract List<String> command(String address, int intervalMs, int count);

    /** @param output its lines on standard output */
    abstract List<Judged> judge(List<String> output, List<WireCapture.Exchange> wire);

    private static Optional<WireCapture.Exchange> nearest(TreeMap<Long, WireCapture.Exchange> byTime, long sent) {
        return Stream.of(byTime.floorEntry(sent), byTime.ceilingEntry(sent)).filter(Objects::nonNull)
                .map(Map.Entry::getValue).filter(exchange -> distance(exchange, sent) < FARTHEST_NANOS)
                .min(Comparator.comparingLong(exchange -> distance(exchange, sent)));
    }

    private static long distance(WireCapture.Exchange exchange, long sent) {
        return Math.abs(exchange.requestNanos() - sent);
    }

    /** By the sequence number that the tool prints, which is that of the packet. */
    private static List<Judged> bySequence(Pattern answer, List<String> output, List<WireCapture.Exchange> wire) {
        Map<Integer, WireCapture.Exchange> bySequence = new HashMap<>();
        wire.forEach(exchange -> bySequence.put(exchange.sequence(), exchange));
        List<Judged> judged = new ArrayList<>();
        for (String line : output) {
            Matcher matcher = answer.matcher(line);
            if (matcher.find()) {
                WireCapture.Exchange exchange = bySequence.remove(Integer.parseInt(matcher.group(1)));
                if (exchange != null) {
                    long told = Math.round(Double.parseDouble(matcher.group(2)) * 1e6);
                    judged.add(new Judged(told, exchange.roundTripNanos()));
                }
            }
        }
        return judged;
    }
}
