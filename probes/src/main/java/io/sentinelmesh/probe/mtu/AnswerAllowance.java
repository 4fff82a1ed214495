package io.sentinelmesh.probe.mtu;

/**
 * How many answers the destination can be expected to give: a few at once, then one a second, as Linux limits its ICMP errors by default. Asking for
 * more would take its silence for a black hole. One thread.
 */
final class AnswerAllowance {

    /** Linux has 6 in a row; one less, since others may have asked before. */
    static final int IN_A_ROW = 5;
    private static final long NANOS_EACH = 1_000_000_000L;

    private long credit = IN_A_ROW * NANOS_EACH;
    private long since;

    AnswerAllowance(long now) {
        since = now;
    }

    /** How long to wait before the next answer may be asked for. */
    long waitNanos(long now) {
        refill(now);
        return Math.max(0, NANOS_EACH - credit);
    }

    void answered(long now) {
        refill(now);
        credit -= NANOS_EACH;
    }

    private void refill(long now) {
        credit = Math.min(IN_A_ROW * NANOS_EACH, credit + (now - since));
        since = now;
    }
}
