package io.sentinelmesh.probe;

import java.util.HashMap;
import java.util.Map;

import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;

/** Runs one probe in a process of its own, whose rights its starter chose: {@code KindRun KIND TARGET [SETTING VALUE]...}. */
final class KindRun {

    private KindRun() {
    }

    public static void main(String... args) throws InterruptedException {
        Kind kind = ProbeKinds.all().stream().filter(one -> one.name().equals(args[0])).findFirst().orElseThrow();
        Map<String, String> written = new HashMap<>();
        for (int i = 2; i < args.length; i += 2) {
            written.put(args[i], args[i + 1]);
        }
        Report report = kind.prepare(args[1], Settings.of(kind.settings(), written)).run(Progress.SILENT);
        System.out.println(report.outcome());
        System.out.println(report.values().get("refusals"));
    }
}
