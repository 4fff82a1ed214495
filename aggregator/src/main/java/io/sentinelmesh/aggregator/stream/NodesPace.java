package io.sentinelmesh.aggregator.stream;

/**
 * When the list of nodes may be told to all browsers again. It costs its length times their number: with a thousand agents and a thousand browsers 120 MB, four times a second
 * while the agents come back after a restart. Few hear of news at once. Mesh thread.
 */
final class NodesPace {

    /** Some 40 MB/s. */
    static final long BYTES_PER_BEAT = 10L << 20;

    private long beatsToWait;
    private boolean due;

    void changed() {
        due = true;
    }

    /** Each beat. @return whether all are to be told now */
    boolean beat() {
        if (beatsToWait > 0) {
            beatsToWait--;
        }
        boolean now = due && beatsToWait == 0;
        due &= !now;
        return now;
    }

    void told(long bytes, int clients) {
        beatsToWait = bytes * clients / BYTES_PER_BEAT;
    }
}
