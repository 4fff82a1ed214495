package io.sentinelmesh.agent.simulate;

/**
 * How much longer than its base a packet takes: log-normal, median 500 us, sigma 1, stretched and shrunk by up to 30 % as the source's day goes. Read from a table
 * of 65,536 quantiles, since a million packets a second are drawn.
 */
final class Variation {

    static final double MEDIAN_MICROS = 500;
    static final double SIGMA = 1;
    static final double DAILY_SWING = 0.3;

    private static final double DAY_MICROS = 86_400e6;
    private static final int QUANTILES = 1 << 16;
    private static final float[] TABLE = table();

    private Variation() {
    }

    /** @param number of which the low 16 bits count */
    static int micros(long number, double swing) {
        return (int) (TABLE[(int) number & (QUANTILES - 1)] * swing);
    }

    /**
     * @param east of the source, 0 to 1: the farther east, the earlier its noon
     */
    static double swing(long atMicros, double east) {
        return 1 + DAILY_SWING * StrictMath.sin(2 * Math.PI * (atMicros / DAY_MICROS + east));
    }

    private static float[] table() {
        float[] table = new float[QUANTILES];
        for (int i = 0; i < QUANTILES; i++) {
            table[i] = (float) (MEDIAN_MICROS * StrictMath.exp(SIGMA * normalQuantile((i + 0.5) / QUANTILES)));
        }
        return table;
    }

    /** By halving, on the integral that {@link #normalShare} sums up: it runs once. */
    private static double normalQuantile(double share) {
        double low = -8;
        double high = 8;
        for (int turn = 0; turn < 50; turn++) {
            double middle = (low + high) / 2;
            if (normalShare(middle) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** Of the standard normal distribution below {@code z}: Taylor's series around 0, which is exact to 1e-11 up to 8. */
    private static double normalShare(double z) {
        double term = z;
        double sum = z;
        for (int i = 3; Math.abs(term) > 1e-16 && i < 400; i += 2) {
            term *= z * z / i;
            sum += term;
        }
        return 0.5 + sum * StrictMath.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }
}
