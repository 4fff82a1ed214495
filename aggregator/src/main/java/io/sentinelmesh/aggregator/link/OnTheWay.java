package io.sentinelmesh.aggregator.link;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Results of batches that were decoded and that the mesh thread has not come to yet. Beyond the bound a batch is handed over as it travelled, which takes a
 * tenth of the memory, and is decoded again in its turn. Any thread.
 */
final class OnTheWay {

    /** About 50 MB. */
    static final int MOST_RESULTS = 250_000;

    private final AtomicInteger results = new AtomicInteger();

    /** @return whether there is room for them; then they are counted until they {@link #arrived} */
    boolean takes(int more) {
        if (results.addAndGet(more) <= MOST_RESULTS) {
            return true;
        }
        results.addAndGet(-more);
        return false;
    }

    void arrived(int those) {
        results.addAndGet(-those);
    }
}
