package io.sentinelmesh.measurement;

/** How a pair was measured. A TCP connect time is never shown as an echo's round-trip delay: the kind travels with the value. */
public enum ProbeKind {

    /** ICMP or ICMPv6 echo (RFC 792, RFC 4443). */
    ICMP_ECHO(1, "icmp-echo"),
    /** Time to complete or refuse a TCP handshake: the rung below echo, where no ICMP is permitted. */
    TCP_CONNECT(2, "tcp-connect"),
    /** Time until a closed UDP port is reported by the destination itself: the rung between. */
    UDP_CLOSED_PORT(3, "udp-closed-port"),
    /** STAMP (RFC 8762), net of the time the reflector held the packet. */
    STAMP(4, "stamp");

    private final int number;
    private final String label;

    ProbeKind(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** Stable: used on the wire and in the database, never renumbered. */
    public int number() {
        return number;
    }

    /** As in the API and the configuration. */
    public String label() {
        return label;
    }

    /**
     * @throws IllegalArgumentException if no kind has this number
     */
    public static ProbeKind ofNumber(int number) {
        for (ProbeKind kind : values()) {
            if (kind.number == number) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown probe kind number " + number);
    }
}
