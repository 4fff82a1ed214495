package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static io.sentinelmesh.probe.bench.Figures.median;
import static io.sentinelmesh.probe.bench.Figures.progress;

/**
 * Our HTTP checks against blackbox_exporter's, interleaved, medians told: {@code HttpBench ROUNDS SECONDS PROBES_PER_SECOND WORK_FOLDER}. Run by
 * {@code scripts/bench http}, which says what is counted. Progress on standard error, one JSON object as the last line of standard output.
 */
final class HttpBench {

    private static final int TARGETS = 200;
    private static final int WARM_SECONDS = 10;
    /** What blackbox_exporter's own example has, and redirects as ours: none come. */
    private static final String MODULE = "  http_2xx:\n    prober: http\n    timeout: 5s\n    http:\n"
            + "      preferred_ip_protocol: ip4\n";

    private HttpBench() {
    }

    public static void main(String... args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        int rate = Integer.parseInt(args[2]);
        List<Ran> ours = new ArrayList<>();
        List<Blackbox.Run> theirs = new ArrayList<>();
        try (WebServer server = new WebServer(); Blackbox blackbox = Blackbox.start(Path.of(args[3]), MODULE)) {
            List<String> urls = new ArrayList<>();
            for (int i = 0; i < TARGETS; i++) {
                urls.add("http://127.1.0." + (1 + i) + ":" + server.port() + "/");
            }
            for (int round = 1; round <= rounds; round++) {
                progress("round %d of %d", round, rounds);
                ours.add(ours(server.port(), rate, seconds));
                theirs.add(blackbox.drive("http_2xx", urls, rate, WARM_SECONDS, seconds));
                progress("  ours %.0f us of CPU per probe at %.0f/s, blackbox_exporter %.0f us at %.0f/s",
                        ours.getLast().cpuMicros, ours.getLast().probesPerSecond, theirs.getLast().cpuMicros(),
                        theirs.getLast().probesPerSecond());
            }
        }
        double cpu = median(ours, Ran::cpuMicros);
        double blackboxCpu = median(theirs, Blackbox.Run::cpuMicros);
        System.out.println(new Json().number("ratio_cpu", cpu / blackboxCpu, 3).number("cpu_us", cpu, 1)
                .number("blackbox_cpu_us", blackboxCpu, 1)
                .number("probes_per_second", median(ours, Ran::probesPerSecond), 0)
                .number("blackbox_probes_per_second", median(theirs, Blackbox.Run::probesPerSecond), 0)
                .number("failures", ours.stream().mapToLong(Ran::failures).sum(), 0)
                .number("blackbox_failures", theirs.stream().mapToLong(Blackbox.Run::failures).sum(), 0)
                .number("bytes_allocated_per_probe", median(ours, Ran::allocatedBytes), 0)
                .number("rss_mb", median(ours, Ran::residentMb), 1).number("targets", TARGETS, 0)
                .number("rounds", rounds, 0).number("seconds", seconds, 0).text("blackbox", Blackbox.version())
                .text("jvm_flags", String.join(" ", Ours.FLAGS)).toString());
    }

    /** One run of ours, in a process of its own. */
    private record Ran(double cpuMicros, double probesPerSecond, long failures, double allocatedBytes,
            double residentMb) {
    }

    private static Ran ours(int port, int rate, int seconds) throws IOException, InterruptedException {
        List<String> command = Ours.command(HttpRun.class, String.valueOf(port), String.valueOf(TARGETS),
                String.valueOf(rate), String.valueOf(WARM_SECONDS), String.valueOf(seconds));
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || output.isEmpty()) {
            throw new IOException("our run failed: " + String.join(" ", command));
        }
        String[] figures = output.substring(output.lastIndexOf('\n') + 1).split(" ");
        double probes = Double.parseDouble(figures[0]);
        return new Ran(Double.parseDouble(figures[2]) / probes, probes / Double.parseDouble(figures[3]),
                Long.parseLong(figures[1]), Double.parseDouble(figures[4]), Double.parseDouble(figures[5]) / 1_024);
    }
}
