package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static io.sentinelmesh.probe.bench.Figures.median;
import static io.sentinelmesh.probe.bench.Figures.progress;

/**
 * What the echo engine alone costs at 1000 packets a second, fping beside it: {@code EngineBench ROUNDS SECONDS WORK_FOLDER}. Run by
 * {@code scripts/bench engine}, which makes the namespace this stands in and says what is counted.
 */
final class EngineBench {

    private static final int TARGETS = 1_000;
    private static final int WARM_SECONDS = 5;

    private EngineBench() {
    }

    public static void main(String... args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        Path targets = Path.of(args[2]).resolve("targets");
        Files.write(targets, EchoRun.loopback(TARGETS).stream().map(t -> t.address().getHostAddress()).toList());
        Fping fping = new Fping(targets, TARGETS);
        List<String> cache = makeCache(Path.of(args[2]));
        List<Footprint> ours = new ArrayList<>();
        List<Fping.Footprint> theirs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            progress("round %d of %d", round, rounds);
            Footprint footprint = ours(cache, seconds);
            progress("  ours   %5.1f MB, %5.2f %% of a core, %.3f bytes/probe, first result after %.0f ms, %d lost",
                    footprint.residentMb(), footprint.cpuRatio() * 100, footprint.bytesPerProbe(),
                    footprint.firstResultMillis(), footprint.lost());
            ours.add(footprint);
            Fping.Footprint their = fping.footprint(seconds);
            progress("  fping  %5.1f MB, %5.2f %% of a core", their.residentMb(), their.cpuRatio() * 100);
            theirs.add(their);
        }
        double cpu = median(ours, Footprint::cpuMicrosPerProbe);
        double fpingCpu = median(theirs, Fping.Footprint::cpuMicrosPerProbe);
        System.out.println(new Json().number("rss_mb", median(ours, Footprint::residentMb), 1)
                .number("cpu_core_ratio", median(ours, Footprint::cpuRatio), 4)
                .number("bytes_allocated_per_probe", median(ours, Footprint::bytesPerProbe), 3)
                .number("first_result_ms", median(ours, Footprint::firstResultMillis), 0)
                .number("ratio_cpu_fping", cpu / fpingCpu, 3)
                .number("fping_rss_mb", median(theirs, Fping.Footprint::residentMb), 1)
                .number("fping_cpu_core_ratio", median(theirs, Fping.Footprint::cpuRatio), 4)
                .number("cpu_us_per_probe", cpu, 2).number("fping_cpu_us_per_probe", fpingCpu, 2)
                .number("loss", ours.stream().mapToLong(Footprint::lost).sum(), 0)
                .number("targets", TARGETS, 0).number("rounds", rounds, 0).number("seconds", seconds, 0)
                .text("fping", fping.version()).text("jvm_flags", String.join(" ", Ours.FLAGS)));
    }

    /**
     * @param cpuRatio of one core, all threads, in the steady state
     * @param firstResultMillis from just before the process was made until the listener heard of the first answer
     */
    private record Footprint(double residentMb, double cpuRatio, double cpuMicrosPerProbe, double bytesPerProbe,
            double firstResultMillis, long lost) {
    }

    /** The flags with which a JVM starts from a cache of the engine's loaded classes, made by a short run now (JEP 483). */
    private static List<String> makeCache(Path folder) throws IOException, InterruptedException {
        String configuration = "-XX:AOTConfiguration=" + folder.resolve("engine.aotconf");
        String cache = "-XX:AOTCache=" + folder.resolve("engine.aot");
        quietly(Ours.command(List.of("-XX:AOTMode=record", configuration), EngineRun.class, String.valueOf(TARGETS),
                "2",
                "1"));
        quietly(Ours.command(List.of("-XX:AOTMode=create", configuration, cache), EngineRun.class));
        return List.of(cache);
    }

    private static void quietly(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("no class cache: " + String.join(" ", command) + "\n" + output);
        }
    }

    private static Footprint ours(List<String> cache, int seconds) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Ours.command(cache, EngineRun.class, String.valueOf(TARGETS),
                String.valueOf(WARM_SECONDS), String.valueOf(seconds))).redirectError(Redirect.INHERIT);
        long began = WallGain.wallNanos();
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || output.isEmpty()) {
            throw new IOException("the engine's run failed: " + String.join(" ", builder.command()));
        }
        String[] figures = output.substring(output.lastIndexOf('\n') + 1).split(" ");
        double allocated = Double.parseDouble(figures[5]);
        double cpuMicros = Double.parseDouble(figures[2]);
        return new Footprint(Long.parseLong(figures[1]) / 1024.0,
                cpuMicros / 1e6 / Double.parseDouble(figures[3]), cpuMicros / Long.parseLong(figures[4]),
                allocated / Long.parseLong(figures[6]), (Long.parseLong(figures[0]) - began) / 1e6,
                Long.parseLong(figures[7]));
    }
}
