package io.sentinelmesh.probe.pacing;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How late an engine's turns began, counted by lateness in steps of at most a quarter. The engine thread writes, at the cost of a few
 * nanoseconds a turn and of no memory; any thread reads.
 */
public final class TimerLateness {

    /** Four steps for each power of two from 16 us to 67 s; the first bucket is what lies below. */
    private static final int FIRST_EXPONENT = 4;
    private static final int LAST_EXPONENT = 25;
    private static final int STEPS = 4;
    static final int BUCKETS = 1 + (LAST_EXPONENT - FIRST_EXPONENT + 1) * STEPS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    /** {@link Long#MAX_VALUE} before the first sleep. */
    private final AtomicLong dueNanos = new AtomicLong(Long.MAX_VALUE);

    /** Engine thread: it goes to sleep and wants to be called by then, monotonic. */
    public void sleepsUntil(long nanos) {
        dueNanos.setRelease(nanos);
    }

    /** Engine thread: its turn begins. A packet may have called it before its time. */
    public void turnBegins(long nowNanos) {
        long due = dueNanos.getPlain();
        if (due == Long.MAX_VALUE) {
            return;
        }
        int bucket = bucket(Math.max(0, nowNanos - due) / 1_000);
        counts.setRelease(bucket, counts.getPlain(bucket) + 1);
    }

    private static int bucket(long micros) {
        if (micros < 1L << FIRST_EXPONENT) {
            return 0;
        }
        int exponent = Math.min(Long.SIZE - 1 - Long.numberOfLeadingZeros(micros), LAST_EXPONENT);
        if (micros >= 1L << (LAST_EXPONENT + 1)) {
            return BUCKETS - 1;
        }
        int step = (int) (micros >>> (exponent - 2)) & (STEPS - 1);
        return 1 + (exponent - FIRST_EXPONENT) * STEPS + step;
    }

    /** Lateness in this bucket is below so much. */
    private static long upperMicros(int bucket) {
        if (bucket == 0) {
            return 1L << FIRST_EXPONENT;
        }
        int exponent = FIRST_EXPONENT + (bucket - 1) / STEPS;
        return (1L << exponent) + ((bucket - 1) % STEPS + 1) * (1L << (exponent - 2));
    }

    /** How overdue the turn is that has not begun; 0 if none is. Any thread. */
    public long overdueNanos(long nowNanos) {
        long due = dueNanos.getAcquire();
        return due == Long.MAX_VALUE ? 0 : Math.max(0, nowNanos - due);
    }

    /** All turns so far. Any thread. */
    public Counts counts() {
        long[] copy = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.getAcquire(i);
        }
        return new Counts(copy);
    }

    /** The turns up to some moment. */
    public static final class Counts {

        public static final Counts NONE = new Counts(new long[BUCKETS]);

        private static final int NEVER_COUNTED = 2;

        private final long[] counts;

        private Counts(long[] counts) {
            this.counts = counts;
        }

        /** The turns since an earlier count of the same engine. */
        public Counts since(Counts earlier) {
            long[] between = new long[BUCKETS];
            for (int i = 0; i < BUCKETS; i++) {
                between[i] = Math.max(0, counts[i] - earlier.counts[i]);
            }
            return new Counts(between);
        }

        public long turns() {
            long turns = 0;
            for (long count : counts) {
                turns += count;
            }
            return turns;
        }

        /**
         * At most this late were 99 of 100, rounded up by at most a quarter; 0 if there were none. The latest two never count: of few turns one that
         * stumbled would speak for all.
         */
        public long p99Micros() {
            long above = Math.max(turns() / 100, NEVER_COUNTED);
            for (int i = BUCKETS - 1; i >= 0; i--) {
                above -= counts[i];
                if (above < 0) {
                    return upperMicros(i);
                }
            }
            return 0;
        }

        /** The latest of them, rounded up by at most a quarter; 0 if there were none. */
        public long maxMicros() {
            for (int i = BUCKETS - 1; i >= 0; i--) {
                if (counts[i] > 0) {
                    return upperMicros(i);
                }
            }
            return 0;
        }
    }
}
