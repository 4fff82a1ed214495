package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;

/** Processes at normal priority that do nothing but compute. They end when closed, or by themselves after a bounded time. */
final class Hogs implements AutoCloseable {

    private final List<Process> processes = new ArrayList<>();

    /** @param mostSeconds after which they end even if nobody closes this */
    static Hogs start(int count, int mostSeconds) throws IOException {
        Hogs hogs = new Hogs();
        for (int i = 0; i < count; i++) {
            // timeout(1) runs the shell as its child and passes on the signal that ends it.
            hogs.processes.add(new ProcessBuilder("timeout", String.valueOf(mostSeconds), "sh", "-c",
                    "while :; do :; done").redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start());
        }
        return hogs;
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            process.onExit().join();
        }
    }
}
