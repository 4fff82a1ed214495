package io.sentinelmesh.probe.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory a process holds (VmRSS, proc(5)). Plain code, since the process that is measured may be our own. */
final class Resident {

    private static final String LABEL = "VmRSS:";

    private Resident() {
    }

    /** @param process a number, or {@code self} */
    static long kilobytes(String process) throws IOException {
        String status = Files.readString(Path.of("/proc", process, "status"));
        int label = status.indexOf(LABEL);
        if (label < 0) {
            throw new IOException("process " + process + " has ended: it holds no memory");
        }
        int from = label + LABEL.length();
        return Long.parseLong(status.substring(from, status.indexOf(" kB", from)).strip());
    }
}
