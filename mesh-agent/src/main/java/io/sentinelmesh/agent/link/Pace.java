package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Spreads a backlog over time: what comes after an outage must not fill the very line that is being measured, nor keep live rows waiting. Of
 * the link's event loop.
 */
final class Pace {

    /** 1 Mbit/s: a day of a thousand destinations measured twice is through in half an hour, and a branch office's line hardly feels it. */
    static final int BYTES_PER_SECOND = 128 * 1024;
    /** Goes at once: half a minute of a thousand destinations measured twice, and ten minutes of sixty. */
    static final int BURST_BYTES = 256 * 1024;

    private final LongSupplier nanoTime;
    private double allowance = BURST_BYTES;
    private long lastNanos;

    Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastNanos = nanoTime.getAsLong();
    }

    /** How long the next batch has to wait, whatever its size; zero: it may go. */
    Duration toWait() {
        refill();
        return allowance > 0 ? Duration.ZERO : Duration.ofMillis(1 + (long) (-allowance / BYTES_PER_SECOND * 1_000));
    }

    void sent(int bytes) {
        refill();
        allowance -= bytes;
    }

    private void refill() {
        long now = nanoTime.getAsLong();
        allowance = Math.min(BURST_BYTES, allowance + (now - lastNanos) / 1e9 * BYTES_PER_SECOND);
        lastNanos = now;
    }
}
