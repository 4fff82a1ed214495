package io.sentinelmesh.probe.route;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

import io.sentinelmesh.probe.kind.BadRequestException;

/**
 * Which autonomous system an address belongs to, by a file of this host: lines {@code prefix,number,name}, where the number may have "AS" before
 * it, and empty lines and lines that begin with # say nothing. The longest prefix decides. Nothing is ever asked of the network. Immutable.
 */
final class AsTable {

    static final AsTable EMPTY = new AsTable(Map.of());
    /** About 30 MB of the heap, of which the command has 64. The whole Internet's table is several times as long: name what you meet. */
    static final int MOST_LINES = 200_000;

    private static final long MOST_NUMBER = 0xffff_ffffL;

    /** @param number 0 to 4,294,967,295 */
    record AutonomousSystem(long number, String name) {
    }

    private record Prefix(InetAddress network, int length) {
    }

    private final Map<Prefix, AutonomousSystem> systems;
    private final NavigableSet<Integer> ipv4Lengths = new TreeSet<>();
    private final NavigableSet<Integer> ipv6Lengths = new TreeSet<>();

    private AsTable(Map<Prefix, AutonomousSystem> systems) {
        this.systems = systems;
        for (Prefix prefix : systems.keySet()) {
            lengths(prefix.network()).add(prefix.length());
        }
    }

    private NavigableSet<Integer> lengths(InetAddress address) {
        return address instanceof Inet6Address ? ipv6Lengths : ipv4Lengths;
    }

    /** @throws BadRequestException if the file can't be read, or a line is wrong: its number is in the message */
    static AsTable read(java.nio.file.Path file) {
        Map<Prefix, AutonomousSystem> systems = new HashMap<>();
        // Each has many prefixes.
        Map<AutonomousSystem, AutonomousSystem> known = new HashMap<>();
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (++number > MOST_LINES) {
                    throw new BadRequestException("as-table: " + file + " has more than " + MOST_LINES
                            + " lines, and so many are held in memory: leave out the prefixes you never meet");
                }
                if (!line.isBlank() && !line.startsWith("#")) {
                    add(systems, known, line, file + " line " + number);
                }
            }
            return new AsTable(systems);
        } catch (NoSuchFileException e) {
            throw new BadRequestException("as-table: there is no file " + file, e);
        } catch (MalformedInputException e) {
            throw new BadRequestException("as-table: " + file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new BadRequestException("as-table: can't read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void add(Map<Prefix, AutonomousSystem> systems, Map<AutonomousSystem, AutonomousSystem> known,
            String line, String where) {
        String[] parts = line.split(",", 3);
        try {
            if (parts.length < 3) {
                throw new IllegalArgumentException("expected prefix,number,name");
            }
            String digits = parts[1].strip().replaceFirst("^[Aa][Ss]", "");
            if (!digits.matches("[0-9]{1,10}") || Long.parseLong(digits) > MOST_NUMBER) {
                throw new IllegalArgumentException("'" + parts[1].strip() + "' is not the number of an AS");
            }
            AutonomousSystem system = new AutonomousSystem(Long.parseLong(digits), parts[2].strip());
            systems.put(prefix(parts[0].strip()), known.computeIfAbsent(system, first -> first));
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("as-table: " + where + ": " + e.getMessage()
                    + "; a line is like 192.0.2.0/24,64500,Example Net", e);
        }
    }

    private static Prefix prefix(String text) {
        int slash = text.indexOf('/');
        InetAddress address = literal(slash < 0 ? text : text.substring(0, slash), text);
        int bits = address.getAddress().length * 8;
        String length = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
            throw new IllegalArgumentException("'" + text + "' is not a prefix");
        }
        return masked(address, Integer.parseInt(length));
    }

    private static InetAddress literal(String address, String text) {
        try {
            // Java takes 192.0.2 for 192.0.0.2, as people used to long ago; who writes it today forgot something.
            if (address.indexOf(':') < 0 && !address.matches("[0-9]+([.][0-9]+){3}")) {
                throw new IllegalArgumentException("not four numbers");
            }
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not a prefix", e);
        }
    }

    private static Prefix masked(InetAddress address, int length) {
        byte[] bytes = address.getAddress();
        for (int bit = length; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        try {
            return new Prefix(InetAddress.getByAddress(bytes), length);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the length of an address does not change", e);
        }
    }

    Optional<AutonomousSystem> find(InetAddress address) {
        for (int length : lengths(address).descendingSet()) {
            AutonomousSystem system = systems.get(masked(address, length));
            if (system != null) {
                return Optional.of(system);
            }
        }
        return Optional.empty();
    }
}
