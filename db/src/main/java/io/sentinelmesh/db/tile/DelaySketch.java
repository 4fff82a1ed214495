package io.sentinelmesh.db.tile;

import java.util.Arrays;
import java.util.Optional;

import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.measurement.DelayCode;

/**
 * What many rounds of one pair come to: counts, sum, minimum and maximum exactly (of delays as they came over the wire), and a histogram whose
 * buckets are exact below 64 us and a 32nd of a power of two wide above. A quantile from it is off by at most one part in 64 (1.6 %) in value and
 * nothing in rank. Adding is commutative and associative, so that it does not matter in which order, or over which tiers, rounds were merged.
 * For one thread; to be used again and again.
 */
public final class DelaySketch {

    /** A quantile is off by at most itself divided by this. */
    public static final int ERROR_DIVISOR = 64;
    /** What the longest delay's bucket is, and one more. */
    static final int BUCKETS = 864;
    private static final int MANTISSA_BITS = 5;
    private static final short[] BUCKET_OF_CODE = buckets();

    private final int[] counts = new int[BUCKETS];
    private boolean empty;
    private long sent;
    private long received;
    private long sumMicros;
    private int minCode;
    private int maxCode;

    public void clear() {
        if (received > 0) {
            Arrays.fill(counts, BUCKET_OF_CODE[minCode], BUCKET_OF_CODE[maxCode] + 1, 0);
        }
        empty = true;
        sent = 0;
        received = 0;
        sumMicros = 0;
        minCode = Integer.MAX_VALUE;
        maxCode = -1;
    }

    public DelaySketch() {
        clear();
    }

    /** Adds the result on which the reader stands. */
    public void add(RoundTileReader cell) {
        empty = false;
        sent += cell.sent();
        int answered = cell.received();
        if (answered == 0) {
            return;
        }
        int points = KeptRanks.count(answered);
        for (int point = 0; point < points; point++) {
            int code = cell.code(point);
            int weight = KeptRanks.weight(answered, point);
            counts[BUCKET_OF_CODE[code]] += weight;
            sumMicros += (long) DelayCode.decode(code) * weight;
        }
        received += answered;
        minCode = Math.min(minCode, cell.code(0));
        maxCode = Math.max(maxCode, cell.code(points - 1));
    }

    /** Adds what is known of a period but its buckets. */
    void addFigures(long packets, long answered, int lowestCode, int highestCode, long sum) {
        empty = false;
        sent += packets;
        received += answered;
        if (answered > 0) {
            minCode = Math.min(minCode, lowestCode);
            maxCode = Math.max(maxCode, highestCode);
            sumMicros += sum;
        }
    }

    void addBucket(int bucket, int count) {
        counts[bucket] += count;
    }

    /** Whether nothing was added; a round in which nothing could be sent is something. */
    public boolean isEmpty() {
        return empty;
    }

    public long sent() {
        return sent;
    }

    public long received() {
        return received;
    }

    long sumMicros() {
        return sumMicros;
    }

    int minCode() {
        return minCode;
    }

    int maxCode() {
        return maxCode;
    }

    int count(int bucket) {
        return counts[bucket];
    }

    /** Empty if nothing was received. */
    public Optional<Delays> delays() {
        return received == 0
                ? Optional.empty()
                : Optional.of(new Delays(DelayCode.decode(minCode), quantileMicros(0.25), quantileMicros(0.5),
                        quantileMicros(0.75), DelayCode.decode(maxCode),
                        (int) Math.round((double) sumMicros / received)));
    }

    /** Only if something was received. */
    public int quantileMicros(double q) {
        long rank = KeptRanks.nearest(received, q);
        long reached = 0;
        int bucket = BUCKET_OF_CODE[minCode];
        int last = BUCKET_OF_CODE[maxCode];
        for (reached = counts[bucket]; reached < rank && bucket < last; reached += counts[bucket]) {
            bucket++;
        }
        return Math.clamp(middleMicros(bucket), DelayCode.decode(minCode), DelayCode.decode(maxCode));
    }

    static int bucketOfCode(int code) {
        return BUCKET_OF_CODE[code];
    }

    /** Bucket n < 64 is n us; beyond, 32 (e + 1) + m is the delays from (32 + m) 2^e us, as many as 2^e. */
    static int bucketOfMicros(int micros) {
        if (micros < 2 << MANTISSA_BITS) {
            return micros;
        }
        int exponent = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(micros) - MANTISSA_BITS;
        return (exponent << MANTISSA_BITS) + (micros >>> exponent);
    }

    static int middleMicros(int bucket) {
        if (bucket < 2 << MANTISSA_BITS) {
            return bucket;
        }
        int exponent = (bucket >>> MANTISSA_BITS) - 1;
        long first = (long) (32 + (bucket & 31)) << exponent;
        return (int) Math.min(Integer.MAX_VALUE, first + (((1L << exponent) - 1) >> 1));
    }

    private static short[] buckets() {
        short[] buckets = new short[DelayCode.MAX_CODE + 1];
        for (int code = 0; code < buckets.length; code++) {
            buckets[code] = (short) bucketOfMicros(DelayCode.decode(code));
        }
        return buckets;
    }
}
