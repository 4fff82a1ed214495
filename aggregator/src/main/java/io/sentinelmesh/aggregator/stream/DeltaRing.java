package io.sentinelmesh.aggregator.stream;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** The newest deltas of one view, for those who come back: consecutive ticks, bounded in bytes and number. */
final class DeltaRing {

    private final int mostBytes;
    private final int mostDeltas;
    private final ArrayDeque<byte[]> deltas = new ArrayDeque<>();
    private long newest;
    private long bytes;

    DeltaRing(int mostBytes, int mostDeltas) {
        this.mostBytes = mostBytes;
        this.mostDeltas = mostDeltas;
    }

    void add(long tick, byte[] delta) {
        if (tick != newest + 1) {
            clear(tick - 1);
        }
        newest = tick;
        deltas.add(delta);
        bytes += delta.length;
        while (bytes > mostBytes || deltas.size() > mostDeltas) {
            bytes -= deltas.removeFirst().length;
        }
    }

    /** From here on: what was before is not told again. */
    void clear(long tick) {
        deltas.clear();
        bytes = 0;
        newest = tick;
    }

    /** All deltas after that tick, or empty if some of them are not here any more or it is none of ours. */
    Optional<List<byte[]>> after(long tick) {
        long missed = newest - tick;
        return missed < 0 || missed > deltas.size()
                ? Optional.empty()
                : Optional.of(deltas.stream().skip(deltas.size() - missed).toList());
    }

    long bytes() {
        return bytes;
    }
}
