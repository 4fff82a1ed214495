package io.sentinelmesh.agent.enrolment;

import java.time.Duration;
import java.time.Instant;

import io.sentinelmesh.trust.Validity;

/**
 * When to try to renew again: after a failure soon, then ever later, within bounds that go by the certificate's life, so that one of seven days is
 * tried each hour at last and one of a minute each few seconds. Not thread-safe.
 */
final class RenewalPace {

    private static final Duration SHORTEST_FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST_FIRST = Duration.ofMinutes(1);
    private static final Duration SHORTEST_LAST = Duration.ofSeconds(10);
    private static final Duration LONGEST_LAST = Duration.ofHours(1);

    private Instant notBefore = Instant.EPOCH;
    private Duration next = Duration.ZERO;

    boolean mayTry(Instant now) {
        // A clock that was set back must not keep it waiting for longer than it ever would.
        return !now.isBefore(notBefore) || notBefore.isAfter(now.plus(LONGEST_LAST));
    }

    /** @param refused only people can help, so that asking often is of no use */
    void failed(Instant now, Validity life, boolean refused, Duration atLeast) {
        Duration first = clamp(life.life().dividedBy(2_000), SHORTEST_FIRST, LONGEST_FIRST);
        Duration last = clamp(life.life().dividedBy(50), SHORTEST_LAST, LONGEST_LAST);
        next = refused ? last : clamp(next.multipliedBy(2), first, last);
        notBefore = now.plus(clamp(atLeast, next, LONGEST_LAST));
    }

    void succeeded() {
        notBefore = Instant.EPOCH;
        next = Duration.ZERO;
    }

    Instant notBefore() {
        return notBefore;
    }

    private static Duration clamp(Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0) {
            return least;
        }
        return value.compareTo(most) > 0 ? most : value;
    }
}
