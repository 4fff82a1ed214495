package io.sentinelmesh.probe.mtu;

import java.net.InetAddress;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;

/** What a search found. */
sealed interface PathMtu {

    /** The largest size asked for passes. */
    record Full(int bytes) implements PathMtu {
    }

    /**
     * A link takes less, and the router before it says so.
     *
     * @param bytes the largest size that passed
     */
    record Reduced(int bytes, InetAddress limitedBy) implements PathMtu {
    }

    /**
     * Larger packets vanish without a word.
     *
     * @param bytes the largest size that passed
     */
    record BlackHole(int bytes) implements PathMtu {
    }

    /**
     * Not even the least size passes, says a router.
     *
     * @param told bytes that would; 0 if it did not say
     */
    record BelowLeast(int told, InetAddress limitedBy) implements PathMtu {
    }

    /** The least size is not answered: nothing can be said. */
    record Unanswered() implements PathMtu {
    }

    /**
     * So many packets were lost that silence means nothing.
     *
     * @param atLeast a size that passed at least once
     */
    record Inconclusive(int atLeast) implements PathMtu {
    }

    record Refused(RefusalReason reason, InetAddress by) implements PathMtu {
    }

    record NotSent(String cause) implements PathMtu {
    }

    /** The largest size that is known to pass; empty if none is. */
    default Optional<Integer> bytesPassed() {
        return switch (this) {
            case Full full -> Optional.of(full.bytes());
            case Reduced reduced -> Optional.of(reduced.bytes());
            case BlackHole hole -> Optional.of(hole.bytes());
            case BelowLeast _,Unanswered _,Inconclusive _,Refused _,NotSent _ -> Optional.empty();
        };
    }

    /** Who limits the size, if somebody said so. */
    default Optional<InetAddress> limiter() {
        return switch (this) {
            case Reduced reduced -> Optional.of(reduced.limitedBy());
            case BelowLeast below -> Optional.of(below.limitedBy());
            case Full _,BlackHole _,Unanswered _,Inconclusive _,Refused _,NotSent _ -> Optional.empty();
        };
    }
}
