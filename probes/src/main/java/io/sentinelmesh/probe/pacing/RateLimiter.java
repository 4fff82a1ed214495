package io.sentinelmesh.probe.pacing;

import java.util.Arrays;

import io.sentinelmesh.probe.RateCaps;

/**
 * A token bucket for all destinations together and one for each: what a prober sends at most. A bucket is kept as the time at which it will be
 * full again, one number each. Times are monotonic nanoseconds. One thread; allocates only for destinations it never met.
 */
public final class RateLimiter {

    /** A bucket holds what its rate gives in this time, so that a late tick may catch up. */
    static final long DEPTH_NANOS = 100_000_000L;
    /** Or at least so many packets, so that a slow rate lets a confirm burst through. */
    static final int LEAST_DEPTH = 10;

    private static final long NEVER_USED = Long.MIN_VALUE;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Bucket all;
    private final Bucket each;
    private long allFull = NEVER_USED;
    private long[] eachFull = new long[0];

    /**
     * @param costNanos of one packet
     * @param depthNanos how far ahead of the clock the bucket's time may be
     */
    private record Bucket(long costNanos, long depthNanos) {

        static Bucket of(int packetsPerSecond) {
            long cost = (long) (NANOS_PER_SECOND / packetsPerSecond);
            return new Bucket(cost, Math.max(DEPTH_NANOS, LEAST_DEPTH * cost));
        }

        boolean allows(long full, long now) {
            return full == NEVER_USED || full - now + costNanos <= depthNanos;
        }

        long after(long full, long now) {
            return (full == NEVER_USED ? now : Math.max(full, now)) + costNanos;
        }
    }

    public RateLimiter(RateCaps caps) {
        all = Bucket.of(caps.packetsPerSecond());
        each = Bucket.of(caps.packetsPerSecondEach());
    }

    /** Whether a packet may go to this destination now; if so, it is taken to have gone. */
    public boolean take(int target, long now) {
        if (target >= eachFull.length) {
            int before = eachFull.length;
            eachFull = Arrays.copyOf(eachFull, Math.max(target + 1, 2 * before));
            Arrays.fill(eachFull, before, eachFull.length, NEVER_USED);
        }
        if (!all.allows(allFull, now) || !each.allows(eachFull[target], now)) {
            return false;
        }
        allFull = all.after(allFull, now);
        eachFull[target] = each.after(eachFull[target], now);
        return true;
    }
}
