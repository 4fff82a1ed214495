package io.sentinelmesh.aggregator.link;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;

/**
 * The live rows of one link that the mesh thread has not come to yet, one of each kind at most: a newer one replaces an older one that waits. Without this a
 * mesh thread that is held up for seconds would find all rows of those seconds in memory. The link's thread and the mesh thread; guarded by itself.
 */
final class NewestLive {

    private final Map<ProbeKind, Frame.Live> waiting = new EnumMap<>(ProbeKind.class);

    /** @return whether the mesh thread is to be told; false: it has been told of one that it has not taken yet */
    synchronized boolean put(Frame.Live live) {
        Frame.Live older = waiting.remove(live.row().kind());
        waiting.put(live.row().kind(),
                older == null ? live : new Frame.Live(live.row(), both(older, live), live.verdict()));
        return older == null;
    }

    /** An endpoint may be introduced by one row only. */
    private static List<MeshNode> both(Frame.Live older, Frame.Live newer) {
        Set<MeshNode> both = new LinkedHashSet<>(older.endpoints());
        both.addAll(newer.endpoints());
        return List.copyOf(both);
    }

    synchronized Optional<Frame.Live> take(ProbeKind kind) {
        return Optional.ofNullable(waiting.remove(kind));
    }
}
