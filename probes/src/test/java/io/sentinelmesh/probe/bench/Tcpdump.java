package io.sentinelmesh.probe.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** tcpdump at work on one device of this namespace, from when it listens until it is closed; the kernel stamps the frames. */
final class Tcpdump implements AutoCloseable {

    /** tcpdump lets the kernel gather frames for up to a second, so that it disturbs what it watches as little as it can. */
    private static final Duration GATHERED = Duration.ofMillis(1_300);
    private static final int END_SECONDS = 10;

    private final Process process;
    private final BufferedReader errors;

    private Tcpdump(Process process, BufferedReader errors) {
        this.process = process;
        this.errors = errors;
    }

    static Tcpdump start(String device, Path file) throws IOException {
        Process process = new ProcessBuilder("tcpdump", "-i", device, "-n", "-Z", "root", "-s", "128", "-j", "host",
                "--time-stamp-precision=nano", "-w", file.toString(), "icmp").redirectOutput(Redirect.DISCARD).start();
        BufferedReader errors = process.errorReader(StandardCharsets.UTF_8);
        StringBuilder told = new StringBuilder();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            if (line.contains("listening on")) {
                return new Tcpdump(process, errors);
            }
            told.append(line).append(' ');
        }
        throw new IOException("tcpdump does not capture: " + told.toString().strip());
    }

    /** Waits for the last frames, then ends it. */
    void finish() throws IOException, InterruptedException {
        Thread.sleep(GATHERED);
        process.toHandle().destroy(); // Process.destroy would close its standard error, too
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("tcpdump does not end");
        }
        List<String> told = errors.lines().toList();
        if (!told.contains("0 packets dropped by kernel")) {
            throw new IOException("tcpdump missed frames: " + told);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
