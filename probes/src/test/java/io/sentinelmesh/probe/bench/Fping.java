package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs fping as it is installed, on its raw socket, in the settings in which it does best. On a datagram socket fping 5.1 costs the same at
 * 1000 packets/s (tried as an ordinary user), and refuses to go faster.
 */
final class Fping {

    private static final Pattern TARGET = Pattern.compile("xmt/rcv/%loss = (\\d+)/(\\d+)/");

    private static final Pattern GAVE_UP = Pattern.compile(
            "not enough sequence numbers available! \\(expire_timeout=(\\d+), host_nr=(\\d+), ping_count=(\\d+)");
    private static final double SEQUENCE_NUMBERS = 65_536;

    private final Path targets;
    private final int count;

    /** @param targets a file of one address a line, {@code count} of them */
    Fping(Path targets, int count) {
        this.targets = targets;
        this.count = count;
    }

    String version() throws IOException, InterruptedException {
        String told = execute(List.of("fping", "--version")).output();
        return told.substring(told.indexOf("Version")).strip();
    }

    /** One packet each millisecond, each target once a second. */
    Measured paced(int seconds) throws IOException, InterruptedException {
        return run("-i", "1", "-p", "1000", "-c", String.valueOf(seconds));
    }

    /**
     * No pause between packets. A period of 10 ms, about what 1000 targets take it, gave the most packets a second (tried: 1, 5, 10, 15, 20 ms;
     * intervals of 0 and 0.01 ms).
     */
    Measured full(int packetsPerTarget) throws IOException, InterruptedException {
        return run("-i", "0", "-p", "10", "-c", String.valueOf(packetsPerTarget));
    }

    /**
     * Asked for a rate that it cannot keep.
     *
     * @param packets sent before it ended
     * @param mostPerSecond what its table of sequence numbers lets it send for long; NaN if it did not complain
     */
    record Held(long packets, double mostPerSecond) {
    }

    /** Ends with an error as soon as all its sequence numbers are under way; the error says how long it holds each. */
    Held held(int intervalMs, int packetsPerTarget) throws IOException, InterruptedException {
        double gapMs = (double) intervalMs / count;
        String told = execute(command("-i", String.valueOf(gapMs), "-p", String.valueOf(intervalMs), "-c",
                String.valueOf(packetsPerTarget))).output();
        Matcher gaveUp = GAVE_UP.matcher(told);
        if (!gaveUp.find()) {
            return new Held((long) count * packetsPerTarget, Double.NaN);
        }
        double heldSeconds = Long.parseLong(gaveUp.group(1)) / 1e9;
        long packets = Long.parseLong(gaveUp.group(3)) * count + Long.parseLong(gaveUp.group(2));
        return new Held(packets, SEQUENCE_NUMBERS / heldSeconds);
    }

    /**
     * @param residentMb half a second before its end
     * @param cpuRatio of one core
     */
    record Footprint(double residentMb, double cpuRatio, double cpuMicrosPerProbe) {
    }

    /** At 1000 packets a second. */
    Footprint footprint(int seconds) throws IOException, InterruptedException {
        long cpu = CpuClock.childrenMicros();
        long began = System.nanoTime();
        Process process = start(command("-i", "1", "-p", "1000", "-c", String.valueOf(seconds)));
        Thread.sleep(1_000L * seconds - 500);
        long residentKb = Resident.kilobytes(String.valueOf(process.pid()));
        process.getInputStream().readAllBytes();
        process.waitFor();
        cpu = CpuClock.childrenMicros() - cpu;
        double elapsed = (System.nanoTime() - began) / 1e9;
        return new Footprint(residentKb / 1024.0, cpu / 1e6 / elapsed, (double) cpu / count / seconds);
    }

    private List<String> command(String... settings) {
        List<String> command = new ArrayList<>(List.of("fping", "-q"));
        command.addAll(List.of(settings));
        command.addAll(List.of("-f", targets.toString()));
        return command;
    }

    private Measured run(String... settings) throws IOException, InterruptedException {
        Execution execution = execute(command(settings));
        long sent = 0;
        long received = 0;
        int told = 0;
        Matcher matcher = TARGET.matcher(execution.output());
        while (matcher.find()) {
            sent += Long.parseLong(matcher.group(1));
            received += Long.parseLong(matcher.group(2));
            told++;
        }
        if (told != count) {
            throw new IOException("fping told of " + told + " targets instead of " + count + ": "
                    + execution.output().lines().findFirst().orElse("nothing"));
        }
        double cpu = (double) execution.cpuMicros() / sent;
        return new Measured(sent, sent - received, cpu, cpu, sent / execution.seconds(), 0, 0, Double.NaN,
                Double.NaN);
    }

    private record Execution(String output, long cpuMicros, double seconds) {
    }

    private static Execution execute(List<String> command) throws IOException, InterruptedException {
        long cpu = CpuClock.childrenMicros();
        long began = System.nanoTime();
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Execution(output, CpuClock.childrenMicros() - cpu, seconds);
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
