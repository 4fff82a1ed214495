package io.sentinelmesh.membership.tls;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Lets one line through in so long a time and counts the others: whoever can cause the line must not fill the disk with it. Guarded by itself. */
final class RareLog {

    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private long next;
    private long untold;

    RareLog(Duration pause, LongSupplier nanoTime) {
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
        this.next = nanoTime.getAsLong();
    }

    /** @param line is told how many were left out since the last one */
    void log(LongConsumer line) {
        long left;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (now - next < 0) {
                untold++;
                return;
            }
            next = now + pauseNanos;
            left = untold;
            untold = 0;
        }
        line.accept(left);
    }
}
