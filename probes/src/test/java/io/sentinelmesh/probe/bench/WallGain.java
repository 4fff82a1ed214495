package io.sentinelmesh.probe.bench;

import java.time.Clock;
import java.time.Instant;

/** How far apart wall clock and monotonic clock stand: the difference of two of these is what the wall clock gained between them. */
final class WallGain {

    private static final int TRIES = 10;

    private WallGain() {
    }

    /** Wall minus monotonic, nanoseconds; of several readings the one least disturbed in between. */
    static long nowNanos() {
        long best = 0;
        long narrowest = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long before = System.nanoTime();
            long wall = wallNanos();
            long after = System.nanoTime();
            if (after - before < narrowest) {
                narrowest = after - before;
                best = wall - before - (after - before) / 2;
            }
        }
        return best;
    }

    /** Nanoseconds since the epoch. */
    static long wallNanos() {
        Instant now = Clock.systemUTC().instant();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }
}
