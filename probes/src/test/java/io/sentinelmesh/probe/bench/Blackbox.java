package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * blackbox_exporter as it is installed, asked for probes over HTTP as Prometheus asks it, on connections that are kept. What is counted is its own
 * processor time and nobody else's: reading the request and writing the metrics is part of how it is used, the asking is ours.
 */
final class Blackbox implements AutoCloseable {

    private static final String PROGRAM = "prometheus-blackbox-exporter";
    /** Each waits for its answer: enough that the rate is kept while some of them wait. */
    private static final int ASKERS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process process;
    private final URI address;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE).build();

    private Blackbox(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * @param folder for its configuration
     * @param modules the configuration's lines below {@code modules:}, indented by two
     */
    static Blackbox start(Path folder, String modules) throws IOException, InterruptedException {
        Path config = folder.resolve("blackbox.yml");
        Files.writeString(config, "modules:\n" + modules);
        int port = freePort();
        Process process = new ProcessBuilder(PROGRAM, "--config.file=" + config,
                "--web.listen-address=127.0.0.1:" + port, "--log.level=error").redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT).start();
        Blackbox blackbox = new Blackbox(process, URI.create("http://127.0.0.1:" + port));
        try {
            blackbox.awaitReady();
            return blackbox;
        } catch (IOException | InterruptedException | RuntimeException e) {
            blackbox.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                if (ask(address.resolve("/-/healthy")).contains("ealthy")) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            Thread.sleep(20);
        }
        throw new IOException(PROGRAM + " did not become ready");
    }

    /**
     * @param probes answered in the measured time
     * @param failures of all probes, those of the warm-up too: not a success by its own word
     * @param cpuMicros of its process, user and system, per probe
     */
    record Run(long probes, long failures, double cpuMicros, double probesPerSecond) {
    }

    /**
     * Asks for each of the targets in turn, evenly spaced.
     *
     * @param module of the configuration
     * @param targets as the module's prober takes them
     */
    Run drive(String module, List<String> targets, int probesPerSecond, int warmSeconds, int seconds)
            throws InterruptedException {
        Asking asking = new Asking(targets.stream().map(target -> probe(module, target)).toList(), probesPerSecond);
        List<Thread> askers = new ArrayList<>();
        for (int i = 0; i < ASKERS; i++) {
            askers.add(Thread.ofPlatform().name("asker-" + i).daemon().start(asking));
        }
        Thread.sleep(Duration.ofSeconds(warmSeconds));
        long time = System.nanoTime();
        long probes = asking.answered.get();
        long cpu = CpuClock.processMicros(process.pid());
        Thread.sleep(Duration.ofSeconds(seconds));
        cpu = CpuClock.processMicros(process.pid()) - cpu;
        probes = asking.answered.get() - probes;
        double elapsed = (System.nanoTime() - time) / 1e9;
        asking.ended = true;
        for (Thread asker : askers) {
            asker.join();
        }
        return new Run(probes, asking.failures.get(), (double) cpu / probes, probes / elapsed);
    }

    private URI probe(String module, String target) {
        return address.resolve("/probe?module=" + module + "&target=" + URLEncoder.encode(target,
                StandardCharsets.UTF_8));
    }

    private String ask(URI what) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(what).timeout(PATIENCE).build(), BodyHandlers.ofString()).body();
    }

    /** The words of {@code --version}'s first line. */
    static String version() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(PROGRAM, "--version").redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return told.lines().findFirst().orElse("unknown").toLowerCase(Locale.ROOT).replaceAll(" \\(.*", "");
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What the askers share: whose turn it is, and when. */
    private final class Asking implements Runnable {

        private final List<URI> probes;
        private final long gapNanos;
        private final long began = System.nanoTime();
        private final AtomicLong turn = new AtomicLong();
        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong failures = new AtomicLong();
        private volatile boolean ended;

        Asking(List<URI> probes, int probesPerSecond) {
            this.probes = probes;
            gapNanos = 1_000_000_000L / probesPerSecond;
        }

        @Override
        public void run() {
            while (!ended) {
                long mine = turn.getAndIncrement();
                LockSupport.parkNanos(began + mine * gapNanos - System.nanoTime());
                try {
                    boolean success = ask(probes.get((int) (mine % probes.size()))).contains("\nprobe_success 1");
                    failures.addAndGet(success ? 0 : 1);
                } catch (IOException e) {
                    failures.incrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                answered.incrementAndGet();
            }
        }
    }
}
