package io.sentinelmesh.agent.spool;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Says which batch a row goes in, when the row is made and for ever: boot and sequence stand in its record. So a batch that is sent again,
 * even by a later process, is the same batch, or what is left of it. Of the spool's thread.
 */
final class BatchLabels {

    /** A batch holds a backlog of half a minute of echo and STAMP, so that catching up needs few frames, and stays far below a frame's limit. */
    static final int MAX_ROWS = 6;
    static final int MAX_RESULTS = 6_000;
    /** A quarter of what a frame may hold: at two bytes each they are half of its bytes. */
    static final int MAX_DELAYS = 250_000;
    /**
     * A batch tells its destinations' ids once, 16 bytes each: with rows of one round alone that is twice what their delays take. So where rows
     * are long a batch waits for five rounds of ten seconds, and the history, not the live view, is as much later. Not a multiple of ten, or it
     * would be chance whether the next row is in.
     */
    static final Duration LINGER = Duration.ofSeconds(45);
    /** Shorter rows go at once: there are no bytes worth waiting for. */
    static final int LINGER_FROM_RESULTS = 100;

    private final UUID boot;
    private final LongSupplier nanoTime;

    private long sequence;
    private boolean open;
    private boolean lingers;
    private long openedNanos;
    private int rows;
    private long results;
    private long delays;

    BatchLabels(UUID boot, LongSupplier nanoTime) {
        this.boot = boot;
        this.nanoTime = nanoTime;
    }

    UUID boot() {
        return boot;
    }

    /** The sequence of the batch for this row. */
    long next(int rowResults, long rowDelays) {
        boolean fits = rows < MAX_ROWS && results + rowResults <= MAX_RESULTS && delays + rowDelays <= MAX_DELAYS;
        if (!open || !fits) {
            sequence++;
            open = true;
            lingers = rowResults >= LINGER_FROM_RESULTS;
            openedNanos = nanoTime.getAsLong();
            rows = 0;
            results = 0;
            delays = 0;
        }
        rows++;
        results += rowResults;
        delays += rowDelays;
        return sequence;
    }

    /** How long this batch should still wait for rows; zero if it is complete, or of another boot. */
    Duration lingers(UUID ofBoot, long ofSequence) {
        if (!open || !lingers || ofSequence != sequence || !ofBoot.equals(boot) || rows >= MAX_ROWS) {
            return Duration.ZERO;
        }
        Duration left = LINGER.minusNanos(nanoTime.getAsLong() - openedNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** As {@link #lingers(UUID, long)} of the newest batch; empty if it takes no more rows. */
    Optional<Duration> lingering() {
        return open ? Optional.of(lingers(boot, sequence)) : Optional.empty();
    }

    /** It is being sent: no row may come to it any more. */
    void close(UUID ofBoot, long ofSequence) {
        if (ofSequence == sequence && ofBoot.equals(boot)) {
            open = false;
        }
    }
}
