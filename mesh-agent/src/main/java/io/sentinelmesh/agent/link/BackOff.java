package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Waiting times between attempts: doubling from a quarter of a second to ten seconds, each shortened at random by up to half. */
final class BackOff {

    static final Duration FIRST = Duration.ofMillis(250);
    static final Duration LONGEST = Duration.ofSeconds(10);

    private final DoubleSupplier random;
    private Duration next = FIRST;

    /**
     * @param random 0.0 to 1.0: a thousand agents must not all come back in the same instant
     */
    BackOff(DoubleSupplier random) {
        this.random = random;
    }

    Duration afterFailure() {
        Duration wait = Duration.ofMillis((long) (next.toMillis() * (1.0 - random.getAsDouble() / 2)));
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return wait;
    }

    void afterSuccess() {
        next = FIRST;
    }
}
