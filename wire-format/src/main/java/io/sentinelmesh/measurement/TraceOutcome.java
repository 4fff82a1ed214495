package io.sentinelmesh.measurement;

/** How the way of a trace ended. */
public enum TraceOutcome {

    /** Turned away, and why is of a version later than this one or has no word of its own. */
    OTHER(0, "other"),
    /** The packets arrived. */
    REACHED(1, "reached"),
    /** After the last answer nothing more came. */
    UNREACHED(2, "unreached"),
    /** They went round. */
    LOOP(3, "loop"),
    // The last hop, or this host itself, turned them away.
    NETWORK_UNREACHABLE(4, "network-unreachable"), HOST_UNREACHABLE(5, "host-unreachable"),
    /** By a firewall. */
    ADMINISTRATIVELY_PROHIBITED(6, "administratively-prohibited"), PACKET_TOO_BIG(7, "packet-too-big");

    private final int number;
    private final String label;

    TraceOutcome(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** Stable: used on the wire and in the database, never renumbered. */
    public int number() {
        return number;
    }

    /** As in the API and the database, and as {@code probe trace} says it. */
    public String label() {
        return label;
    }

    public static TraceOutcome ofNumber(int number) {
        for (TraceOutcome outcome : values()) {
            if (outcome.number == number) {
                return outcome;
            }
        }
        return OTHER;
    }

    /** Turned away for this reason before the destination. */
    public static TraceOutcome refused(RefusalReason reason) {
        return switch (reason) {
            case NETWORK_UNREACHABLE -> NETWORK_UNREACHABLE;
            case HOST_UNREACHABLE -> HOST_UNREACHABLE;
            case ADMINISTRATIVELY_PROHIBITED -> ADMINISTRATIVELY_PROHIBITED;
            case PACKET_TOO_BIG -> PACKET_TOO_BIG;
            case PORT_UNREACHABLE, HOP_LIMIT_EXCEEDED, CONNECTION_REFUSED, OTHER -> OTHER;
        };
    }
}
