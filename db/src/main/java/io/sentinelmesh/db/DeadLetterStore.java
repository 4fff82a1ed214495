package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Batches that were refused for their content. Every method blocks and may be called from any thread that may block. */
public interface DeadLetterStore {

    int MOST_LETTERS = 1_000;
    long MOST_BYTES = 64L << 20;
    int MOST_REASON_LENGTH = 1_000;

    /** A batch as it was kept. */
    final class Kept {
        private final byte[] frame;
        private final Duration clockOffset;
        private final int vain;

        /**
         * @param frame the batch as it travels, its times by our clock
         * @param clockOffset what was taken out of its times
         * @param vain how often it was {@link #sentInVain}
         */
        public Kept(byte[] frame, Duration clockOffset, int vain) {
            this.frame = frame;
            this.clockOffset = clockOffset;
            this.vain = vain;
        }

        public byte[] frame() {
            return frame;
        }

        public Duration clockOffset() {
            return clockOffset;
        }

        public int vain() {
            return vain;
        }
    }

    /**
     * Keeps a batch, and notes that it need not come again, as if it had been stored. One that is here already stays as it is. If there are too
     * many, the oldest are dropped.
     *
     * @param content the batch as it travels
     * @return how many were dropped
     */
    int add(ReceivedBatch batch, String reason, Instant time, int results, byte[] content);

    /** The newest first. */
    List<DeadLetter> list();

    Optional<Kept> content(long id);

    /** Notes that sending it again stored nothing, since it was too old: if it is tried once more, that is to be under another name. */
    void sentInVain(long id);

    /** @return false if there is none with this id */
    boolean delete(long id);
}
