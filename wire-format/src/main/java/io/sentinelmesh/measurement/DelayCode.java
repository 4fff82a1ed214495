package io.sentinelmesh.measurement;

/**
 * A delay in whole microseconds as a number of 13 bits: exact below 512 us, and never off by more than one part in 512 (0.2 %) above.
 *
 * <p>
 * From 256 on a code is a power of two and eight bits of mantissa: with {@code e = code / 256 - 1} and {@code m = code % 256} it stands for
 * {@code (256 + m) * 2^e} us. Codes grow with the delays they stand for, so that sorting one sorts the other.
 */
public final class DelayCode {

    /** 2,143 s: within the error bound of the longest delay an {@code int} of microseconds can hold, so that nothing overflows. */
    public static final int MAX_CODE = 6143;

    /** The error is at most the delay divided by this, rounded down. */
    public static final int ERROR_DIVISOR = 512;

    private static final int MANTISSA_BITS = 8;
    private static final int STEPS = 1 << MANTISSA_BITS;

    private DelayCode() {
    }

    /**
     * The code nearest to the delay; the longer one if two are equally near.
     *
     * @throws IllegalArgumentException if the delay is negative
     */
    public static int encode(int micros) {
        if (micros < 0) {
            throw new IllegalArgumentException("negative delay: " + micros + " us");
        }
        if (micros < 2 * STEPS) {
            return micros;
        }
        int exponent = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(micros) - MANTISSA_BITS;
        long half = 1L << (exponent - 1);
        // 256 to 512. The latter is the first step of the next power of two, which is just what this sum makes of it.
        int mantissa = (int) ((micros + half) >>> exponent);
        return Math.min(exponent * STEPS + mantissa, MAX_CODE);
    }

    /**
     * The delay in microseconds.
     *
     * @throws IllegalArgumentException if there is no such code
     */
    public static int decode(int code) {
        if (code < 0 || code > MAX_CODE) {
            throw new IllegalArgumentException("a delay code lies between 0 and " + MAX_CODE + ", not at " + code);
        }
        return code < STEPS ? code : (STEPS + code % STEPS) << (code / STEPS - 1);
    }
}
