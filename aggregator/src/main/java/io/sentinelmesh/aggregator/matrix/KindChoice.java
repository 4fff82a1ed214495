package io.sentinelmesh.aggregator.matrix;

import java.util.Optional;

import io.sentinelmesh.measurement.ProbeKind;

/**
 * Which of a pair's kinds one looks at.
 *
 * @param only this kind and no other; empty: the one that the cell shows of itself (docs/states.md, "Which kind")
 */
public record KindChoice(Optional<ProbeKind> only) {

    public static final KindChoice SHOWN = new KindChoice(Optional.empty());

    public static KindChoice only(ProbeKind kind) {
        return new KindChoice(Optional.of(kind));
    }

    /** Echo first and what stands in for it where it is not permitted next: STAMP measures flows beside them. */
    public static int rank(ProbeKind kind) {
        return switch (kind) {
            case ICMP_ECHO -> 0;
            case UDP_CLOSED_PORT -> 1;
            case TCP_CONNECT -> 2;
            case STAMP -> 3;
        };
    }
}
