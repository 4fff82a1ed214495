package io.sentinelmesh.measurement;

/** Why the network or the destination turned a test packet away, as told by an ICMP error (RFC 792, RFC 4443) or a TCP reset. */
public enum RefusalReason {

    NETWORK_UNREACHABLE(1), HOST_UNREACHABLE(2), PORT_UNREACHABLE(3), ADMINISTRATIVELY_PROHIBITED(4),
    /** The packet was larger than a link on the way takes: fragmentation needed, or packet too big. */
    PACKET_TOO_BIG(5), HOP_LIMIT_EXCEEDED(6),
    /** The destination answered a TCP SYN with a reset. */
    CONNECTION_REFUSED(7), OTHER(8);

    private final int number;

    RefusalReason(int number) {
        this.number = number;
    }

    /** Stable: used on the wire and in the database, never renumbered. */
    public int number() {
        return number;
    }

    /** A number from a newer version is {@link #OTHER}: the packet was refused all the same. */
    public static RefusalReason ofNumber(int number) {
        for (RefusalReason reason : values()) {
            if (reason.number == number) {
                return reason;
            }
        }
        return OTHER;
    }
}
