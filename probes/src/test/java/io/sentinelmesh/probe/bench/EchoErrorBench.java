package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

import static io.sentinelmesh.probe.bench.Figures.median;
import static io.sentinelmesh.probe.bench.Figures.percentile;
import static io.sentinelmesh.probe.bench.Figures.progress;

/**
 * How far what our engine, fping and ping say of a round trip is from what a capture on the wire says: {@code EchoErrorBench ROUNDS SECONDS DEVICE
 * ADDRESS WORK_FOLDER}. Run by {@code scripts/bench echo-error}, which makes the two namespaces and says what is counted.
 */
final class EchoErrorBench {

    private static final int INTERVAL_MS = 10;
    private static final int PACKETS_PER_SECOND = 1_000 / INTERVAL_MS;
    private static final int HOGS = 4;
    /** Fewer of the captured packets found in what a tool prints means that the two are not matched rightly. */
    private static final double LEAST_MATCHED = 0.98;

    private final int seconds;
    private final String device;
    private final String address;
    private final Path folder;
    private final List<Run> runs = new ArrayList<>();

    private EchoErrorBench(int seconds, String device, String address, Path folder) {
        this.seconds = seconds;
        this.device = device;
        this.address = address;
        this.folder = folder;
    }

    /** One tool's run: absolute errors in microseconds, ascending. */
    private record Run(EchoTool tool, boolean loaded, double[] errors, double[] errorsInWholeMicros, int unmatched,
            long unstamped) {
    }

    public static void main(String... args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        EchoErrorBench bench = new EchoErrorBench(Integer.parseInt(args[1]), args[2], args[3], Path.of(args[4]));
        for (int round = 0; round < rounds; round++) {
            progress("round %d of %d", round + 1, rounds);
            bench.round(round, false);
            try (Hogs _ = Hogs.start(HOGS, 20 * (bench.seconds + 5))) {
                bench.round(round, true);
            }
        }
        System.out.println(bench.told(rounds));
    }

    /** Each round begins with another tool, so that none has the best place. */
    private void round(int number, boolean loaded) throws IOException, InterruptedException {
        EchoTool[] tools = EchoTool.values();
        for (int i = 0; i < tools.length; i++) {
            Run run = run(tools[(i + number) % tools.length], loaded);
            progress("  %-6s %-5s error p50 %6.2f us, p99 %6.2f us; %d packets, %d unmatched",
                    loaded ? "loaded" : "idle", run.tool.name(), percentile(run.errors, 50),
                    percentile(run.errors, 99), run.errors.length, run.unmatched);
            runs.add(run);
        }
    }

    private Run run(EchoTool tool, boolean loaded) throws IOException, InterruptedException {
        Path capture = folder.resolve("capture");
        Path output = folder.resolve("output");
        List<String> command = tool.command(address, INTERVAL_MS, seconds * PACKETS_PER_SECOND);
        try (Tcpdump tcpdump = Tcpdump.start(device, capture)) {
            Process process = new ProcessBuilder(command).redirectOutput(output.toFile())
                    .redirectError(tool == EchoTool.FPING ? Redirect.DISCARD : Redirect.INHERIT).start();
            if (process.waitFor() != 0) {
                throw new IOException("failed: " + String.join(" ", command));
            }
            tcpdump.finish();
        }
        List<String> lines = Files.readAllLines(output);
        List<WireCapture.Exchange> wire = WireCapture.read(capture);
        List<EchoTool.Judged> judged = tool.judge(lines, wire);
        if (judged.size() < LEAST_MATCHED * wire.size() || judged.isEmpty()) {
            throw new IOException("of " + wire.size() + " captured packets only " + judged.size() + " are told of by "
                    + tool);
        }
        return new Run(tool, loaded, sorted(judged, EchoTool.Judged::errorMicros),
                sorted(judged, EchoTool.Judged::errorMicrosInWholeMicros), wire.size() - judged.size(),
                unstamped(lines));
    }

    private static double[] sorted(List<EchoTool.Judged> judged, ToDoubleFunction<EchoTool.Judged> error) {
        return judged.stream().mapToDouble(error).sorted().toArray();
    }

    private static long unstamped(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("unstamped ")).mapToLong(
                line -> Long.parseLong(line.substring("unstamped ".length()))).sum();
    }

    private String told(int rounds) throws IOException, InterruptedException {
        Json json = new Json();
        for (int percent : new int[]{50, 99}) {
            for (boolean loaded : new boolean[]{false, true}) {
                double ours = error(EchoTool.OURS, loaded, percent);
                json.number("p" + percent + "_ratio_fping_" + label(loaded),
                        ours / error(EchoTool.FPING, loaded, percent), 3);
                json.number("p" + percent + "_us_" + label(loaded), ours, 2);
            }
        }
        for (EchoTool peer : List.of(EchoTool.FPING, EchoTool.PING)) {
            for (boolean loaded : new boolean[]{false, true}) {
                for (int percent : new int[]{50, 99}) {
                    json.number(peer.name().toLowerCase(Locale.ROOT) + "_p" + percent + "_us_"
                            + label(loaded), error(peer, loaded, percent), 2);
                }
            }
        }
        for (boolean loaded : new boolean[]{false, true}) {
            double coarse = median(of(EchoTool.OURS, loaded), run -> percentile(run.errorsInWholeMicros, 50));
            json.number("p50_ratio_fping_" + label(loaded) + "_same_resolution",
                    coarse / error(EchoTool.FPING, loaded, 50), 3);
        }
        return json.number("unmatched", runs.stream().mapToInt(Run::unmatched).sum(), 0)
                .number("unstamped", runs.stream().mapToLong(Run::unstamped).sum(), 0)
                .number("packets_per_run", (double) seconds * PACKETS_PER_SECOND, 0).number("hogs", HOGS, 0)
                .number("rounds", rounds, 0).text("fping", new Fping(folder, 1).version()).toString();
    }

    private double error(EchoTool tool, boolean loaded, int percent) {
        return median(of(tool, loaded), run -> percentile(run.errors, percent));
    }

    private List<Run> of(EchoTool tool, boolean loaded) {
        return runs.stream().filter(run -> run.tool == tool && run.loaded == loaded).toList();
    }

    private static String label(boolean loaded) {
        return loaded ? "loaded" : "idle";
    }
}
