package io.sentinelmesh.agent.plan;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A way in which the plan may ask for a pair to be measured. */
public enum PlannedKind {

    /** The best rung of the ladder that the host permits: ICMP echo, or what stands in for it. */
    ICMP("icmp"),
    /** STAMP, where the destination runs a reflector. */
    STAMP("stamp"),
    /** TCP connect beside the echo, or instead of it. */
    TCP("tcp");

    private final String label;

    PlannedKind(String label) {
        this.label = label;
    }

    /** As in the policy's document. */
    public String label() {
        return label;
    }

    /**
     * @throws IllegalArgumentException if no kind is called so
     */
    public static PlannedKind ofLabel(String label) {
        for (PlannedKind kind : values()) {
            if (kind.label.equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("\"kinds\": expected "
                + Arrays.stream(values()).map(PlannedKind::label).collect(Collectors.joining(", ")) + ", not '"
                + PolicyText.shown(label) + "'");
    }
}
