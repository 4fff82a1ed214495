package io.sentinelmesh.agent.health;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Packets the kernel threw away because a socket of this process was full, out of {@code /proc/net} (proc(5)). Costs a file name for each open
 * file and a line for each socket of the host.
 */
final class SocketDrops {

    /** What test packets come in by. */
    private static final List<String> TABLES = List.of("icmp", "icmp6", "raw", "raw6", "udp", "udp6");
    /** A host with more sockets of one kind is read so far only. */
    private static final int MOST_LINES = 65_536;
    private static final int INODE = 9;
    private static final int DROPS = 12;
    private static final String SOCKET = "socket:[";

    private final Path proc;

    /** @param proc usually /proc */
    SocketDrops(Path proc) {
        this.proc = proc;
    }

    /** Of all sockets that are open now, since each was opened; 0 where that cannot be read. */
    long count() {
        try {
            Set<String> own = ownSockets();
            long drops = 0;
            for (String table : TABLES) {
                drops += drops(proc.resolve("net").resolve(table), own);
            }
            return drops;
        } catch (IOException notReadable) {
            return 0;
        }
    }

    private Set<String> ownSockets() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(proc.resolve("self/fd"))) {
            for (Path file : files) {
                String target = target(file);
                if (target.startsWith(SOCKET)) {
                    inodes.add(target.substring(SOCKET.length(), target.length() - 1));
                }
            }
        }
        return inodes;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static long drops(Path table, Set<String> own) throws IOException {
        if (!Files.isReadable(table)) {
            return 0;
        }
        long drops = 0;
        try (BufferedReader lines = Files.newBufferedReader(table)) {
            String line = lines.readLine(); // the heading
            for (int i = 0; i < MOST_LINES && (line = lines.readLine()) != null; i++) {
                String[] fields = line.strip().split(" +", -1);
                if (fields.length > DROPS && own.contains(fields[INODE])) {
                    drops += number(fields[DROPS]);
                }
            }
        }
        return drops;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException otherKernel) {
            return 0;
        }
    }
}
