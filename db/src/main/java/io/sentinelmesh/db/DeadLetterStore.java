package io.sentinelmesh.db;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Batches that were refused for their content. Every method blocks and may be called from any thread that may block. */
public interface DeadLetterStore {

    int MOST_LETTERS = 1_000;
    long MOST_BYTES = 64L << 20;
    int MOST_REASON_LENGTH = 1_000;

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

    Optional<byte[]> content(long id);

    /** @return false if there is none with this id */
    boolean delete(long id);
}
