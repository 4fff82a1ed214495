package io.sentinelmesh.probe.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The name servers of this host's resolver. */
public final class ResolvConf {

    private static final Path FILE = Path.of("/etc/resolv.conf");
    /** As the C library: it reads no more of them. */
    private static final int MOST_SERVERS = 3;

    private ResolvConf() {
    }

    /** As this host is configured now, the preferred one first; this host itself if it names none, as the C library has it. */
    public static List<InetAddress> servers() {
        try {
            return servers(Files.readString(FILE));
        } catch (IOException e) {
            return servers("");
        }
    }

    static List<InetAddress> servers(String text) {
        List<InetAddress> servers = text.lines().flatMap(ResolvConf::server).limit(MOST_SERVERS).toList();
        return servers.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : servers;
    }

    private static Stream<InetAddress> server(String line) {
        String[] words = line.strip().split("\\s+", 3);
        return words.length >= 2 && words[0].equals("nameserver")
                ? literal(words[1]).stream()
                : Stream.empty();
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
