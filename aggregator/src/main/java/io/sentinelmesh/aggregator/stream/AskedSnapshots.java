package io.sentinelmesh.aggregator.stream;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Snapshots that were asked for by GET, for a second: one of a large mesh takes the mesh thread 100 ms, and whoever asks again and again must not have all of its
 * time. Mesh thread.
 */
final class AskedSnapshots {

    /** So old one may be that is handed out, in beats. */
    static final int KEPT_BEATS = 4;
    /** Of different subscriptions, 2 MB each at the most. */
    static final int MOST = 16;

    private final Map<Subscription, byte[]> snapshots = new LinkedHashMap<>();
    private int beats;

    byte[] of(Subscription wanted, Supplier<byte[]> encode) {
        byte[] known = snapshots.get(wanted);
        if (known != null) {
            return known;
        }
        byte[] made = encode.get();
        if (snapshots.size() >= MOST) {
            snapshots.remove(snapshots.keySet().iterator().next());
        }
        snapshots.put(wanted, made);
        return made;
    }

    /** @param nodesChanged then indexes may mean more than they did */
    void beat(boolean nodesChanged) {
        if (++beats % KEPT_BEATS == 0 || nodesChanged) {
            snapshots.clear();
        }
    }
}
