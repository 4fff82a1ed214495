package io.sentinelmesh.aggregator.stream;

import java.time.Instant;
import java.util.BitSet;

/** A snapshot of a past instant in the stream's layout (docs/stream.md), with the indexes of this run and tick 0. For one thread. */
public final class PastSnapshot {

    private final StreamEncoder encoder = new StreamEncoder();

    public PastSnapshot(long run, Instant at) {
        encoder.begin(StreamEncoder.SNAPSHOT, new StreamEncoder.Stamp(run, 0, at));
    }

    /**
     * @param source ascending from one call to the next
     * @param ageMillis how long before the instant the newest of its rounds began
     * @param codes of the destinations, ascending, as the matrix has them
     */
    public void row(int source, long ageMillis, BitSet destinations, int[] codes) {
        encoder.row(source, ageMillis, destinations, codes);
    }

    public byte[] end() {
        return encoder.end();
    }
}
