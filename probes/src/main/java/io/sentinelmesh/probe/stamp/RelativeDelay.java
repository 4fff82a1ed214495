package io.sentinelmesh.probe.stamp;

import java.util.Arrays;

/**
 * How much longer than the quickest ones a packet took one way, though the two ends' clocks differ and drift. What is given is the difference of
 * two clocks' readings, such as T2 - T1: one-way delay (RFC 7679) plus the clocks' offset. Its minimum moves in a straight line as the clocks
 * drift; what lies above is queueing. The line is the highest one, at the middle of a window, that no packet of the window lies below, as in
 * Moon, Skelly and Towsley, "Estimation and Removal of Clock Skew from Network Delay Measurements" (INFOCOM 1999); it runs along the lower convex
 * hull (Zhang, Liu and Xia, INFOCOM 2002). The window has {@value #BUCKETS} parts, of each of which the minimum is kept.
 *
 * <p>
 * The delay that no packet of the window was spared is not seen. Pure; one thread; allocates nothing once made.
 */
public final class RelativeDelay {

    static final int BUCKETS = 16;
    /** Two quartz clocks of 50 parts per million each. Steeper lines would take queueing for drift. */
    static final double MOST_DRIFT = 100e-6;

    private static final long NOTHING = Long.MAX_VALUE;

    private final long bucketNanos;
    private final long[] buckets = new long[BUCKETS];
    private final long[] times = new long[BUCKETS];
    private final long[] minima = new long[BUCKETS];
    private final double[] residuals = new double[BUCKETS];
    private long newest;
    private boolean current;
    private long middle;
    private long offset;
    private double drift;
    private long uncertainty;

    /** @param bucketNanos a sixteenth of the window; long enough that each part sees a packet that hardly queued */
    public RelativeDelay(long bucketNanos) {
        if (bucketNanos < 1) {
            throw new IllegalArgumentException("a part of the window lasts at least a nanosecond, not " + bucketNanos);
        }
        this.bucketNanos = bucketNanos;
        restart();
    }

    /** Forgets everything: a clock was set. */
    public void restart() {
        Arrays.fill(minima, NOTHING);
        newest = Long.MIN_VALUE;
        current = false;
    }

    /**
     * @param timeNanos monotonic, when the packet left; those of more than a window before the newest are left out
     * @param differenceNanos of the two clocks' readings
     */
    public void add(long timeNanos, long differenceNanos) {
        long bucket = Math.floorDiv(timeNanos, bucketNanos);
        if (newest != Long.MIN_VALUE && bucket <= newest - BUCKETS) {
            return;
        }
        if (bucket > newest) {
            newest = bucket;
            current = false;
        }
        int slot = Math.floorMod(bucket, BUCKETS);
        if (minima[slot] == NOTHING || buckets[slot] != bucket || differenceNanos < minima[slot]) {
            buckets[slot] = bucket;
            times[slot] = timeNanos;
            minima[slot] = differenceNanos;
            current = false;
        }
    }

    /** Above the line, nanoseconds; never negative; 0 if nothing was added. */
    public long queueingNanos(long timeNanos, long differenceNanos) {
        line();
        return newest == Long.MIN_VALUE ? 0 : Math.max(0, differenceNanos - lineAt(timeNanos));
    }

    /**
     * How far the line is to be trusted, nanoseconds: half of the parts' minima lie within it above the line. Large when few packets were spared
     * queueing, or few were added at all.
     */
    public long uncertaintyNanos() {
        line();
        return uncertainty;
    }

    /** By how much the other clock gains on the first, a ratio: 1e-6 is a microsecond each second. */
    public double drift() {
        line();
        return drift;
    }

    private long lineAt(long time) {
        return offset + (long) Math.floor(drift * (time - middle));
    }

    private boolean isUsed(int slot) {
        return minima[slot] != NOTHING && buckets[slot] > newest - BUCKETS;
    }

    private void line() {
        if (current || newest == Long.MIN_VALUE) {
            return;
        }
        current = true;
        middle = middle();
        drift = Math.clamp(slopeOfHullAtMiddle(), -MOST_DRIFT, MOST_DRIFT);
        offset = NOTHING;
        for (int slot = 0; slot < BUCKETS; slot++) {
            if (isUsed(slot)) {
                offset = Math.min(offset, minima[slot] - (long) Math.floor(drift * (times[slot] - middle)));
            }
        }
        int count = 0;
        for (int slot = 0; slot < BUCKETS; slot++) {
            if (isUsed(slot)) {
                residuals[count++] = minima[slot] - lineAt(times[slot]);
            }
        }
        Arrays.sort(residuals, 0, count);
        uncertainty = (long) residuals[count / 2];
    }

    private long middle() {
        long first = NOTHING;
        double sum = 0;
        int count = 0;
        for (int slot = 0; slot < BUCKETS; slot++) {
            if (isUsed(slot)) {
                first = first == NOTHING ? times[slot] : first;
                sum += times[slot] - first;
                count++;
            }
        }
        return first + (long) (sum / count);
    }

    /** Of all lines through two points, one on each side of the middle, the hull's edge is the one that is lowest there. */
    private double slopeOfHullAtMiddle() {
        double lowest = Double.POSITIVE_INFINITY;
        double slope = 0;
        for (int left = 0; left < BUCKETS; left++) {
            for (int right = 0; right < BUCKETS; right++) {
                if (isUsed(left) && isUsed(right) && times[left] <= middle && times[right] > middle) {
                    double between = (double) (minima[right] - minima[left]) / (times[right] - times[left]);
                    double there = minima[left] + between * (middle - times[left]);
                    if (there < lowest) {
                        lowest = there;
                        slope = between;
                    }
                }
            }
        }
        return slope;
    }
}
