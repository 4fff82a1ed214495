package io.sentinelmesh.db.tile;

import io.sentinelmesh.measurement.DelayCode;

/**
 * What {@link DelaySketch}es of many pairs come to, with the same buckets and so the same error: of a site's packets of two years an int could not count
 * all. Seven kilobytes. For one thread.
 */
public final class DelayTotals {

    private final long[] counts = new long[DelaySketch.BUCKETS];
    private long sent;
    private long received;
    private long sumMicros;
    private int minCode = Integer.MAX_VALUE;
    private int maxCode = -1;

    public void add(DelaySketch pair) {
        sent += pair.sent();
        if (pair.received() == 0) {
            return;
        }
        received += pair.received();
        sumMicros += pair.sumMicros();
        minCode = Math.min(minCode, pair.minCode());
        maxCode = Math.max(maxCode, pair.maxCode());
        int last = DelaySketch.bucketOfCode(pair.maxCode());
        for (int bucket = DelaySketch.bucketOfCode(pair.minCode()); bucket <= last; bucket++) {
            counts[bucket] += pair.count(bucket);
        }
    }

    public long sent() {
        return sent;
    }

    public long received() {
        return received;
    }

    /** Only if something was received, as all that follows. */
    public int minMicros() {
        return DelayCode.decode(minCode);
    }

    public int maxMicros() {
        return DelayCode.decode(maxCode);
    }

    public int meanMicros() {
        return (int) Math.round((double) sumMicros / received);
    }

    /** Nearest rank, off by at most 1.6 %. */
    public int quantileMicros(double q) {
        long rank = Math.max(1, (long) Math.ceil(q * received));
        int bucket = DelaySketch.bucketOfCode(minCode);
        int last = DelaySketch.bucketOfCode(maxCode);
        for (long reached = counts[bucket]; reached < rank && bucket < last; reached += counts[bucket]) {
            bucket++;
        }
        return Math.clamp(DelaySketch.middleMicros(bucket), minMicros(), maxMicros());
    }
}
