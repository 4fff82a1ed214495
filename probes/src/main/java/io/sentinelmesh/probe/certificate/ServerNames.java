package io.sentinelmesh.probe.certificate;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a certificate is for a host, by its subject alternative names alone, as RFC 9525 has it: the common name does not count. */
final class ServerNames {

    private ServerNames() {
    }

    static boolean match(String host, List<String> names) {
        Optional<InetAddress> address = literal(host);
        if (address.isPresent()) {
            return names.stream().map(ServerNames::literal).anyMatch(address::equals);
        }
        String wanted = canonical(host);
        return names.stream().anyMatch(name -> matches(wanted, canonical(name)));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String canonical(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** A wildcard stands for exactly one whole label, the leftmost, and never below a top-level domain alone. */
    private static boolean matches(String host, String name) {
        if (!name.startsWith("*.")) {
            return host.equals(name) && !name.contains("*");
        }
        String parent = name.substring(1);
        int firstDot = host.indexOf('.');
        return firstDot > 0 && host.substring(firstDot).equals(parent) && !parent.contains("*")
                && parent.indexOf('.', 1) > 0;
    }
}
