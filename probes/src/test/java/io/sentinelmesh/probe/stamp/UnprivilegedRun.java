package io.sentinelmesh.probe.stamp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;

/** Reflects and probes itself in a process whose rights its starter took away; tells what it had and what came back. */
final class UnprivilegedRun {

    private static final int PORT = 18_630;

    private UnprivilegedRun() {
    }

    public static void main(String... args) throws IOException, InterruptedException {
        System.out.println("capabilities " + Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:")).findFirst().orElseThrow().split("\\s+")[1]);
        try (StampReflector _ = StampReflector
                .open(new ReflectorSettings(PORT, Optional.empty(), Optional.empty()))) {
            StampKind kind = new StampKind();
            Settings few = Settings.of(kind.settings(), Map.of("count", "3", "flows", "4", "interval", "20ms"));
            Report report = kind.prepare("127.0.0.1:" + PORT, few).run(Progress.SILENT);
            System.out.println(report.outcome() + " " + report.values().get("received") + " unstamped "
                    + report.values().get("unstamped"));
        }
    }
}
