package io.sentinelmesh.probe.icmp;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.probe.nativenet.SocketKind;

/** The two ways to send an echo request, the better one first. */
public enum EchoRung {

    /** No rights needed beyond a group in {@code net.ipv4.ping_group_range}, which governs both families. */
    DATAGRAM(SocketKind.ICMP_DATAGRAM, "icmp-datagram"),
    /** Needs CAP_NET_RAW. */
    RAW(SocketKind.ICMP_RAW, "icmp-raw");

    /** Opens the datagram sockets to every user of the host. */
    public static final String OPEN_TO_ALL = "sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"";

    private final SocketKind socketKind;
    private final String label;

    EchoRung(SocketKind socketKind, String label) {
        this.socketKind = socketKind;
        this.label = label;
    }

    SocketKind socketKind() {
        return socketKind;
    }

    public String label() {
        return label;
    }

    /** @param missing a sentence for each family that does not work on this host */
    Optional<String> remedy(List<String> missing) {
        if (!missing.isEmpty()) {
            return Optional.of(String.join("; ", missing));
        }
        return switch (this) {
            case DATAGRAM -> Optional.empty();
            case RAW -> Optional.of(OPEN_TO_ALL);
        };
    }
}
