package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The echo engine against fping on 1000 loopback destinations, interleaved, medians told: {@code EchoBench ROUNDS SECONDS WORK_FOLDER}. Run by
 * {@code scripts/bench echo}, which makes the namespace this stands in and says what is counted. Progress on standard error, one JSON object as
 * the last line of standard output.
 */
final class EchoBench {

    private static final int TARGETS = 1_000;
    private static final int PACED_INTERVAL_MS = 1_000;
    /** Asks for a million packets a second: as fast as it goes. */
    private static final int FULL_INTERVAL_MS = 1;
    private static final int WARM_SECONDS = 3;
    private static final int FULL_SECONDS = 4;
    /** More would exceed fping's table of 65,536 sequence numbers, each held ten seconds: beyond it fping waits. */
    private static final int FPING_FULL_COUNT = 60;

    private final int rounds;
    private final int seconds;
    private final Fping fping;

    private EchoBench(int rounds, int seconds, Fping fping) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.fping = fping;
    }

    public static void main(String... args) throws Exception {
        Path folder = Path.of(args[2]);
        Path targets = folder.resolve("targets");
        Files.write(targets, EchoRun.loopback(TARGETS).stream().map(t -> t.address().getHostAddress()).toList());
        EchoBench bench = new EchoBench(Integer.parseInt(args[0]), Integer.parseInt(args[1]),
                new Fping(targets, TARGETS));
        System.out.println(bench.run());
    }

    private String run() throws IOException, InterruptedException {
        List<Measured> paced = new ArrayList<>();
        List<Measured> full = new ArrayList<>();
        List<Measured> rawPaced = new ArrayList<>();
        List<Measured> rawFull = new ArrayList<>();
        List<Measured> fpingPaced = new ArrayList<>();
        List<Measured> fpingFull = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            progress("round %d of %d", round, rounds);
            paced.add(tell("ours, datagram, 1000/s", ours("datagram", PACED_INTERVAL_MS, seconds)));
            fpingPaced.add(tell("fping, 1000/s", fping.paced(seconds)));
            rawPaced.add(tell("ours, raw, 1000/s", ours("raw", PACED_INTERVAL_MS, seconds)));
            full.add(tell("ours, datagram, full rate", ours("datagram", FULL_INTERVAL_MS, FULL_SECONDS)));
            fpingFull.add(tell("fping, full rate", fping.full(FPING_FULL_COUNT)));
            rawFull.add(tell("ours, raw, full rate", ours("raw", FULL_INTERVAL_MS, FULL_SECONDS)));
        }
        return new Json().number("ratio_cpu_paced", cpu(paced) / cpu(fpingPaced), 3)
                .number("ratio_cpu_max", cpu(full) / cpu(fpingFull), 3)
                .number("ours_max_pps", pps(full), 0)
                .number("fping_max_pps", pps(fpingFull), 0)
                .number("loss", sum(Measured::lost, paced, full), 0)
                .number("ours_cpu_us_paced", cpu(paced), 2)
                .number("ours_cpu_us_paced_whole_process", median(paced, Measured::wholeCpuMicros), 2)
                .number("ours_cpu_us_max", cpu(full), 2)
                .number("fping_cpu_us_paced", cpu(fpingPaced), 2)
                .number("fping_cpu_us_max", cpu(fpingFull), 2)
                .number("fping_loss", sum(Measured::lost, fpingPaced, fpingFull), 0)
                .number("raw_ratio_cpu_paced", cpu(rawPaced) / cpu(fpingPaced), 3)
                .number("raw_ratio_cpu_max", cpu(rawFull) / cpu(fpingFull), 3)
                .number("raw_ours_max_pps", pps(rawFull), 0)
                .number("raw_ours_cpu_us_paced", cpu(rawPaced), 2)
                .number("raw_ours_cpu_us_max", cpu(rawFull), 2)
                .number("raw_loss", sum(Measured::lost, rawPaced, rawFull), 0)
                .number("unstamped", sum(Measured::unstamped, paced, full, rawPaced, rawFull), 0)
                .number("targets", TARGETS, 0).number("rounds", rounds, 0).number("seconds_paced", seconds, 0)
                .text("fping", fping.version()).text("jvm_flags", String.join(" ", Ours.FLAGS)).toString();
    }

    private static Measured ours(String rung, int intervalMs, int seconds) throws IOException, InterruptedException {
        return Ours.run(rung, TARGETS, intervalMs, WARM_SECONDS, seconds);
    }

    private static double cpu(List<Measured> runs) {
        return median(runs, Measured::cpuMicros);
    }

    private static double pps(List<Measured> runs) {
        return median(runs, Measured::packetsPerSecond);
    }

    private static double median(List<Measured> runs, ToDoubleFunction<Measured> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    @SafeVarargs
    private static double sum(ToDoubleFunction<Measured> figure, List<Measured>... kinds) {
        double sum = 0;
        for (List<Measured> runs : kinds) {
            sum += runs.stream().mapToDouble(figure).sum();
        }
        return sum;
    }

    private static Measured tell(String what, Measured measured) {
        progress("  %-28s %6.2f us of CPU per packet, %7.0f packets/s, %d lost of %d", what, measured.cpuMicros(),
                measured.packetsPerSecond(), measured.lost(), measured.packets());
        return measured;
    }

    private static void progress(String format, Object... values) {
        System.err.printf(Locale.ROOT, format + "%n", values);
    }

    /** One flat JSON object. */
    private static final class Json {

        private final StringBuilder members = new StringBuilder();

        Json number(String name, double value, int decimals) {
            return member(name, String.format(Locale.ROOT, "%." + decimals + "f", value));
        }

        Json text(String name, String value) {
            return member(name, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        }

        private Json member(String name, String value) {
            members.append(members.isEmpty() ? "" : ", ").append('"').append(name).append("\": ").append(value);
            return this;
        }

        @Override
        public String toString() {
            return "{" + members + "}";
        }
    }
}
