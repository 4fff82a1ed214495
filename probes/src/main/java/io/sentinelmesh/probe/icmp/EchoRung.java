package io.sentinelmesh.probe.icmp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.probe.nativenet.SocketKind;

/** The ways to send a request that a host answers by itself, the best one first. */
public enum EchoRung {

    /** No rights needed beyond a group in {@code net.ipv4.ping_group_range}, which governs both families. */
    DATAGRAM(SocketKind.ICMP_DATAGRAM, ProbeKind.ICMP_ECHO, "icmp-datagram"),
    /** Needs CAP_NET_RAW. */
    RAW(SocketKind.ICMP_RAW, ProbeKind.ICMP_ECHO, "icmp-raw"),
    /**
     * Needs nothing. Its answers are ICMP errors, of which a Linux host sends each sender six in a row and then one a second: enough for the usual
     * pace, too few for a fast one.
     */
    UDP(SocketKind.UDP, ProbeKind.UDP_CLOSED_PORT, "udp-closed-port");

    /** Opens the datagram sockets to every user of the host. */
    public static final String OPEN_TO_ALL = "sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"";
    /** Either will do. */
    public static final String PERMIT_ECHO = OPEN_TO_ALL + "  (or give the agent the capability CAP_NET_RAW)";

    private final SocketKind socketKind;
    private final ProbeKind kind;
    private final String label;

    EchoRung(SocketKind socketKind, ProbeKind kind, String label) {
        this.socketKind = socketKind;
        this.kind = kind;
        this.label = label;
    }

    SocketKind socketKind() {
        return socketKind;
    }

    public ProbeKind kind() {
        return kind;
    }

    public String label() {
        return label;
    }

    /** @param missing a sentence for each family that does not work on this host */
    Optional<String> remedy(List<String> missing) {
        List<String> all = new ArrayList<>();
        switch (this) {
            case DATAGRAM -> {
            }
            case RAW -> all.add(OPEN_TO_ALL);
            case UDP -> all.add(PERMIT_ECHO);
        }
        all.addAll(missing);
        return all.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", all));
    }
}
