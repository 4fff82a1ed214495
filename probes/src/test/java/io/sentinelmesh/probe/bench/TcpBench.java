package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import static io.sentinelmesh.probe.bench.Figures.median;
import static io.sentinelmesh.probe.bench.Figures.progress;

/**
 * The connect engine against blackbox_exporter, taking turns at the same listener: {@code TcpBench ROUNDS SECONDS RATE WORK_FOLDER}. Run by
 * {@code scripts/bench tcp}, which makes the namespace this stands in and says what is counted. The listener is this process, which nobody bills.
 */
final class TcpBench {

    private static final int WARM_SECONDS = 3;
    private static final int BACKLOG = 4_096;
    private static final String MODULE = "tcp_connect";
    private static final String MODULES = "  " + MODULE + ":\n    prober: tcp\n    timeout: 2s\n";

    private TcpBench() {
    }

    public static void main(String... args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        int rate = Integer.parseInt(args[2]);
        List<Connects> ours = new ArrayList<>();
        List<Blackbox.Run> theirs = new ArrayList<>();
        long errors = 0;
        try (Listener listener = new Listener(); Blackbox blackbox = Blackbox.start(Path.of(args[3]), MODULES)) {
            List<String> targets = EchoRun.loopback(rate).stream()
                    .map(target -> target.address().getHostAddress() + ":" + listener.port()).toList();
            for (int round = 1; round <= rounds; round++) {
                progress("round %d of %d", round, rounds);
                long accepted = listener.accepted();
                Connects run = ours(rate, listener.port(), seconds);
                // A reset would count as an answer for the engine: here it would be an error.
                long refused = Math.max(0, run.probes() - (listener.accepted() - accepted));
                errors += run.failures() + refused;
                progress(
                        "  ours      %7.2f us of CPU per probe, %6.1f probes/s, %d errors, %.1f bytes allocated per probe",
                        run.cpuMicros(), run.probesPerSecond(), run.failures() + refused, run.bytesPerProbe());
                ours.add(run);
                Blackbox.Run their = blackbox.drive(MODULE, targets, rate, WARM_SECONDS, seconds);
                progress("  blackbox  %7.2f us of CPU per probe, %6.1f probes/s, %d errors", their.cpuMicros(),
                        their.probesPerSecond(), their.failures());
                theirs.add(their);
            }
        }
        double cpu = median(ours, Connects::cpuMicros);
        double whole = median(ours, Connects::wholeCpuMicros);
        double blackboxCpu = median(theirs, Blackbox.Run::cpuMicros);
        System.out.println(new Json().number("ratio_cpu", cpu / blackboxCpu, 3)
                .number("ours_cpu_us_per_probe", cpu, 2).number("blackbox_cpu_us_per_probe", blackboxCpu, 2)
                .number("ratio_cpu_whole_process", whole / blackboxCpu, 3)
                .number("ours_cpu_us_per_probe_whole_process", whole, 2)
                .number("errors", errors, 0)
                .number("blackbox_errors", theirs.stream().mapToLong(Blackbox.Run::failures).sum(), 0)
                .number("ours_probes_per_second", median(ours, Connects::probesPerSecond), 1)
                .number("blackbox_probes_per_second", median(theirs, Blackbox.Run::probesPerSecond), 1)
                .number("ours_probes", ours.stream().mapToLong(Connects::steadyProbes).sum(), 0)
                .number("blackbox_probes", theirs.stream().mapToLong(Blackbox.Run::probes).sum(), 0)
                .number("bytes_allocated_per_probe", median(ours, Connects::bytesPerProbe), 1)
                .number("median_round_trip_us", median(ours, Connects::medianMicros), 0)
                .number("rate", rate, 0).number("rounds", rounds, 0).number("seconds", seconds, 0)
                .text("blackbox", Blackbox.version())
                .text("jvm_flags", String.join(" ", Ours.FLAGS)));
    }

    /**
     * @param cpuMicros per probe in the steady state; {@code wholeCpuMicros} of the whole process and all its probes
     * @param failures lost, refused and not sent
     */
    private record Connects(long steadyProbes, double cpuMicros, double wholeCpuMicros, double probesPerSecond,
            double bytesPerProbe, long probes, long failures, double medianMicros) {
    }

    private static Connects ours(int rate, int port, int seconds) throws IOException, InterruptedException {
        List<String> command = Ours.command(TcpRun.class, String.valueOf(rate),
                String.valueOf(port), String.valueOf(WARM_SECONDS), String.valueOf(seconds));
        long cpu = CpuClock.childrenMicros();
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || output.isEmpty()) {
            throw new IOException("the connect engine's run failed: " + String.join(" ", command));
        }
        cpu = CpuClock.childrenMicros() - cpu;
        String[] figures = output.substring(output.lastIndexOf('\n') + 1).split(" ");
        long steady = Long.parseLong(figures[0]);
        long probes = Long.parseLong(figures[5]);
        return new Connects(steady, Double.parseDouble(figures[1]) / steady, (double) cpu / probes,
                steady / Double.parseDouble(figures[2]), Double.parseDouble(figures[3]) / Long.parseLong(figures[4]),
                probes, Long.parseLong(figures[6]), Double.parseDouble(figures[7]));
    }

    /** Takes every connection and closes it. */
    private static final class Listener implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket();
        private final AtomicLong accepted = new AtomicLong();

        Listener() throws IOException {
            socket.bind(new InetSocketAddress(0), BACKLOG);
            Thread.ofPlatform().name("listener").daemon().start(this::take);
        }

        int port() {
            return socket.getLocalPort();
        }

        long accepted() {
            return accepted.get();
        }

        private void take() {
            try {
                while (true) {
                    socket.accept().close();
                    accepted.incrementAndGet();
                }
            } catch (SocketException e) {
                // Closed: the benchmark is over.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
