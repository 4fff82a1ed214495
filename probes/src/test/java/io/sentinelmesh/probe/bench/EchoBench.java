package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import static io.sentinelmesh.probe.bench.Figures.median;
import static io.sentinelmesh.probe.bench.Figures.progress;

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
    /** 20,000 packets a second, more than fping's sequence numbers allow it. */
    private static final int HELD_INTERVAL_MS = 50;
    private static final int WARM_SECONDS = 3;
    private static final int FULL_SECONDS = 4;
    /** More would exceed fping's table of 65,536 sequence numbers, each held ten seconds: beyond it fping waits. */
    private static final int FPING_FULL_COUNT = 60;
    /** 100,000 packets: more than its table. */
    private static final int FPING_HELD_COUNT = 100;

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
        List<Measured> held = new ArrayList<>();
        List<Measured> rawHeld = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            progress("round %d of %d", round, rounds);
            paced.add(tell("ours, datagram, 1000/s", ours("datagram", PACED_INTERVAL_MS, seconds)));
            fpingPaced.add(tell("fping, 1000/s", fping.paced(seconds)));
            rawPaced.add(tell("ours, raw, 1000/s", ours("raw", PACED_INTERVAL_MS, seconds)));
            full.add(tell("ours, datagram, full rate", ours("datagram", FULL_INTERVAL_MS, FULL_SECONDS)));
            fpingFull.add(tell("fping, full rate", fping.full(FPING_FULL_COUNT)));
            rawFull.add(tell("ours, raw, full rate", ours("raw", FULL_INTERVAL_MS, FULL_SECONDS)));
            held.add(tellLate("ours, datagram, 20000/s", ours("datagram", HELD_INTERVAL_MS, seconds)));
            rawHeld.add(tellLate("ours, raw, 20000/s", ours("raw", HELD_INTERVAL_MS, seconds)));
        }
        Fping.Held fpingHeld = fping.held(HELD_INTERVAL_MS, FPING_HELD_COUNT);
        progress("  fping, asked for 20000/s: gave up after %d packets, since it can send %.0f/s for long",
                fpingHeld.packets(), fpingHeld.mostPerSecond());
        return new Json().number("ratio_cpu_paced", cpu(paced) / cpu(fpingPaced), 3)
                .number("ratio_cpu_max", cpu(full) / cpu(fpingFull), 3)
                .number("ours_max_pps", pps(full), 0)
                .number("fping_max_pps", pps(fpingFull), 0)
                .number("loss", sum(Measured::lost, paced, full, held), 0)
                .number("late_p99_ms_20k", median(held, Measured::lateP99Millis), 3)
                .number("late_p50_ms_20k", median(held, Measured::lateP50Millis), 3)
                .number("late_p99_ms_20k_worst_round",
                        held.stream().mapToDouble(Measured::lateP99Millis).max().orElse(Double.NaN), 3)
                .number("ours_pps_20k", pps(held), 0)
                .number("fping_packets_20k", fpingHeld.packets(), 0)
                .number("fping_most_pps_for_long", fpingHeld.mostPerSecond(), 0)
                .number("ours_cpu_us_20k", cpu(held), 2)
                .number("pauses_20k", sum(Measured::pauses, held), 0)
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
                .number("raw_loss", sum(Measured::lost, rawPaced, rawFull, rawHeld), 0)
                .number("raw_late_p99_ms_20k", median(rawHeld, Measured::lateP99Millis), 3)
                .number("raw_ours_pps_20k", pps(rawHeld), 0)
                .number("unstamped", sum(Measured::unstamped, paced, full, held, rawPaced, rawFull, rawHeld), 0)
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

    private static Measured tellLate(String what, Measured measured) {
        progress("  %-28s %6.2f us of CPU per packet, %7.0f packets/s, %d lost of %d; late p50 %.3f ms, p99 %.3f ms",
                what, measured.cpuMicros(), measured.packetsPerSecond(), measured.lost(), measured.packets(),
                measured.lateP50Millis(), measured.lateP99Millis());
        return measured;
    }
}
