package io.sentinelmesh.db.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** CPU seconds of an embedded server's processes, and of this one. */
final class ServerCpu {

    private static final double TICKS_PER_SECOND = 100; // of /proc/PID/stat, USER_HZ on every Linux

    private ServerCpu() {
    }

    /** Of the postmaster with those of its children that have ended, and of the living ones. */
    static double server(Path folder) throws IOException {
        long postmaster = Long
                .parseLong(Files.readAllLines(folder.resolve("pgdata/postmaster.pid")).getFirst().strip());
        double ticks = 0;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(path -> path.getFileName().toString().matches("\\d+")).toList()) {
                String stat;
                try {
                    stat = Files.readString(process.resolve("stat"));
                } catch (IOException ended) {
                    continue;
                }
                // The name is in brackets and may hold blanks: field 3 (state) comes after the last one.
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                boolean itself = Long.parseLong(process.getFileName().toString()) == postmaster;
                if (itself || Long.parseLong(fields[1]) == postmaster) {
                    ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    ticks += itself ? Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : 0;
                }
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    static double own() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }
}
