package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@link EchoRun} in a JVM of its own, with the agent's flags. */
final class Ours {

    /** Those of the agent. */
    static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx48m",
            "--enable-native-access=ALL-UNNAMED", "-Dslf4j.internal.verbosity=ERROR");

    private Ours() {
    }

    /** Runs a class with the class path of this JVM. */
    static List<String> command(Class<?> main, String... arguments) {
        return command(List.of(), main, arguments);
    }

    /** @param flags of the JVM, besides the agent's */
    static List<String> command(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static Measured run(String rung, int targets, int intervalMs, int warmSeconds, int seconds)
            throws IOException, InterruptedException {
        List<String> command = command(EchoRun.class, rung, String.valueOf(targets), String.valueOf(intervalMs),
                String.valueOf(warmSeconds), String.valueOf(seconds));
        long cpu = CpuClock.childrenMicros();
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0 || output.isEmpty()) {
            throw new IOException("the echo engine's run failed: " + String.join(" ", command));
        }
        cpu = CpuClock.childrenMicros() - cpu;
        String[] figures = output.substring(output.lastIndexOf('\n') + 1).split(" ");
        long steadyPackets = Long.parseLong(figures[0]);
        long packets = Long.parseLong(figures[3]);
        long lost = Long.parseLong(figures[4]) + Long.parseLong(figures[5]) + Long.parseLong(figures[6]);
        return new Measured(packets, lost, Double.parseDouble(figures[1]) / steadyPackets, (double) cpu / packets,
                steadyPackets / Double.parseDouble(figures[2]), Long.parseLong(figures[7]),
                Long.parseLong(figures[8]), Double.parseDouble(figures[10]), Double.parseDouble(figures[11]));
    }
}
