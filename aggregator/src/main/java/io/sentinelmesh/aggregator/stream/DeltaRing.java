package io.sentinelmesh.aggregator.stream;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

import io.vertx.core.buffer.Buffer;

/**
 * The newest deltas of one view, for those who come back: consecutive ticks, bounded in bytes and number. They lie in the heap, because what lives for long
 * outside of it is given back late; all who come back within one beat get the same buffers outside of it.
 */
final class DeltaRing {

    private static final class Delta {
        private final byte[] bytes;
        private Optional<Buffer> shared;

        Delta(byte[] bytes, Buffer shared) {
            this.bytes = bytes;
            this.shared = Optional.of(shared);
        }

        Buffer shared() {
            Buffer known = shared.orElseGet(() -> SharedBuffers.of(bytes));
            shared = Optional.of(known);
            return known;
        }
    }

    private final int mostBytes;
    private final int mostDeltas;
    private final ArrayDeque<Delta> deltas = new ArrayDeque<>();
    private boolean anyShared;
    private long newest;
    private long bytes;

    DeltaRing(int mostBytes, int mostDeltas) {
        this.mostBytes = mostBytes;
        this.mostDeltas = mostDeltas;
    }

    /**
     * @param delta of the tick; left out if the ring was cleared at that tick, for what it tells is not all that changed by then
     * @param shared the same outside the heap
     */
    void add(long tick, byte[] delta, Buffer shared) {
        if (tick <= newest) {
            return;
        }
        if (tick != newest + 1) {
            clear(tick - 1);
        }
        newest = tick;
        deltas.add(new Delta(delta, shared));
        anyShared = true;
        bytes += delta.length;
        while (bytes > mostBytes || deltas.size() > mostDeltas) {
            bytes -= deltas.removeFirst().bytes.length;
        }
    }

    /** From here on: what was before is not told again. */
    void clear(long tick) {
        deltas.clear();
        bytes = 0;
        newest = tick;
    }

    /** All deltas after that tick, or empty if some of them are not here any more or it is none of ours. */
    Optional<List<Buffer>> after(long tick) {
        long missed = newest - tick;
        if (missed < 0 || missed > deltas.size()) {
            return Optional.empty();
        }
        anyShared |= missed > 0;
        return Optional.of(deltas.stream().skip(deltas.size() - missed).map(Delta::shared).toList());
    }

    /** How many bytes {@link #after} would bring; 0 if it is empty. */
    long bytesAfter(long tick) {
        long missed = newest - tick;
        return missed < 0 || missed > deltas.size()
                ? 0
                : deltas.stream().skip(deltas.size() - missed).mapToLong(delta -> delta.bytes.length).sum();
    }

    /** Each beat: what is outside the heap belongs to the sockets alone from now on. */
    void letGo() {
        if (anyShared) {
            anyShared = false;
            deltas.forEach(delta -> delta.shared = Optional.empty());
        }
    }

    long bytes() {
        return bytes;
    }
}
