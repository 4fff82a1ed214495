package io.sentinelmesh.aggregator.matrix;

/** How a directed pair is at present; the rules are {@link StateRules} and docs/states.md. */
public enum CellState {

    NO_DATA(0, "no-data"), OK(1, "ok"), DEGRADED(2, "degraded"), DOWN(3, "down"),
    /** The source does not probe this destination (any more), by design. */
    NOT_PROBED(4, "not-probed"),
    /** Reserved. */
    MAINTENANCE(5, "maintenance"),
    /** The source itself says that what it measures is not about the network. */
    PROBER_IMPAIRED(6, "prober-impaired"),
    /** Not probed either: packets of others do not get to the destination, whatever its state. */
    BEHIND_NAT(7, "behind-nat");

    private static final CellState[] BY_CODE = values();

    private final int code;
    private final String label;

    CellState(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** Stable: the byte in the live stream (docs/stream.md). */
    public int code() {
        return code;
    }

    /** Declared in the order of their codes; the test of the states holds them to it. */
    static CellState ofCode(int code) {
        return BY_CODE[code];
    }

    /** As in the API. */
    public String label() {
        return label;
    }
}
