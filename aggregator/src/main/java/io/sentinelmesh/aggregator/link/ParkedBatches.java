package io.sentinelmesh.aggregator.link;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Batches that came within the credit of their agents and find no room in the queue at present, as they travelled: so they take a tenth of what they take
 * in the queue. Links take turns, a batch each; those of one link keep their order. Mesh thread, except for the figures.
 *
 * @param <L> a link
 */
final class ParkedBatches<L> {

    /** Some 400 batches of agents with a backlog, 4,000 of one round of a thousand destinations. */
    static final long MOST_BYTES = 64L << 20;

    /** One of them. */
    static final class Parked {
        private final byte[] frame;
        private final Instant arrived;
        private final int results;

        /** @param results in it, and figures of hosts */
        Parked(byte[] frame, Instant arrived, int results) {
            this.frame = frame;
            this.arrived = arrived;
            this.results = results;
        }

        byte[] frame() {
            return frame;
        }

        Instant arrived() {
            return arrived;
        }

        int results() {
            return results;
        }
    }

    record Turn<L>(L link, Parked batch) {
    }

    private final long mostBytes;
    /** None is empty. */
    private final LinkedHashMap<L, ArrayDeque<Parked>> waiting = new LinkedHashMap<>();
    private volatile long bytes;
    private volatile int batches;

    ParkedBatches(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many of this link wait. */
    int of(L link) {
        return waiting.getOrDefault(link, new ArrayDeque<>()).size();
    }

    /** @return false if there is no room */
    boolean park(L link, Parked batch) {
        if (bytes + batch.frame.length > mostBytes) {
            return false;
        }
        waiting.computeIfAbsent(link, _ -> new ArrayDeque<>()).addLast(batch);
        count(batch, 1);
        return true;
    }

    /** Whose turn it is; it stays where it is. */
    Optional<Turn<L>> first() {
        return Optional.ofNullable(waiting.firstEntry())
                .map(turn -> new Turn<>(turn.getKey(), turn.getValue().getFirst()));
    }

    void removeFirst() {
        Map.Entry<L, ArrayDeque<Parked>> turn = waiting.pollFirstEntry();
        if (turn == null) {
            return;
        }
        count(turn.getValue().removeFirst(), -1);
        if (!turn.getValue().isEmpty()) {
            waiting.putLast(turn.getKey(), turn.getValue());
        }
    }

    /** The link has ended; nothing of it was acknowledged, so its agent has it still. */
    void drop(L link) {
        ArrayDeque<Parked> gone = waiting.remove(link);
        if (gone != null) {
            gone.forEach(batch -> count(batch, -1));
        }
    }

    private void count(Parked batch, int sign) {
        long bytesBefore = bytes;
        bytes = bytesBefore + (long) sign * batch.frame.length;
        int batchesBefore = batches;
        batches = batchesBefore + sign;
    }

    /** Any thread. */
    long bytes() {
        return bytes;
    }

    /** Any thread. */
    int batches() {
        return batches;
    }
}
