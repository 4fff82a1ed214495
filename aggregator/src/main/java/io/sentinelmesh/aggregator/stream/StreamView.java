package io.sentinelmesh.aggregator.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshTick;
import io.vertx.core.buffer.Buffer;

/** Everyone who subscribed to the same part of the matrix: one delta a tick for all of them. Mesh thread only. */
final class StreamView {

    /** Some minutes of a mesh of a hundred agents, a few seconds of one of a thousand; a page that was away for longer takes a snapshot. */
    static final int MOST_RING_BYTES = 4 << 20;
    static final int MOST_RING_DELTAS = 1_200;

    final Subscription wanted;
    /** Beats without a client; its deltas are kept up for those who come back. */
    int idleBeats;
    private final LiveMesh mesh;
    private final StreamEncoder encoder;
    private final Map<StreamClient, Watcher> watchers = new LinkedHashMap<>();
    private final DeltaRing ring = new DeltaRing(MOST_RING_BYTES, MOST_RING_DELTAS);
    private Scope scope;
    private Optional<byte[]> snapshot = Optional.empty();
    private Optional<Buffer> sharedSnapshot = Optional.empty();

    StreamView(Subscription wanted, LiveMesh mesh, StreamEncoder encoder, long tick) {
        this.wanted = wanted;
        this.mesh = mesh;
        this.encoder = encoder;
        this.scope = Scope.of(wanted, mesh.allNodes());
        ring.clear(tick);
    }

    Map<StreamClient, Watcher> watchers() {
        return watchers;
    }

    /** @return empty if it is not here any more, or more than that */
    Optional<List<Buffer>> missed(long tick, long mostBytes) {
        return ring.bytesAfter(tick) > mostBytes ? Optional.empty() : ring.after(tick);
    }

    /** Each beat. */
    void letGo() {
        ring.letGo();
    }

    /** What is known has changed: a snapshot made before is of no use. */
    void stale() {
        snapshot = Optional.empty();
        sharedSnapshot = Optional.empty();
    }

    byte[] snapshot(StreamEncoder.Stamp stamp) {
        if (snapshot.isEmpty()) {
            snapshot = Optional.of(encoder.snapshot(stamp, mesh.matrix(), mesh.rowAges(), wanted.kind(), scope));
        }
        return snapshot.get();
    }

    Buffer sharedSnapshot(StreamEncoder.Stamp stamp) {
        if (sharedSnapshot.isEmpty()) {
            sharedSnapshot = Optional.of(SharedBuffers.of(snapshot(stamp)));
        }
        return sharedSnapshot.get();
    }

    /** @return whether cells may be in the view now, or not any more, without having changed themselves: then only a snapshot tells */
    boolean nodesChanged(long tick) {
        Scope before = scope;
        scope = Scope.of(wanted, mesh.allNodes());
        stale();
        boolean moved = !before.extendedBy(scope);
        if (moved) {
            ring.clear(tick);
        }
        return moved;
    }

    /** Hands the tick to all who are up to date. */
    void publish(StreamEncoder.Stamp stamp, MeshTick changes) {
        byte[] delta = encoder.delta(stamp, mesh.matrix(), changes.matrix(), wanted.kind(), scope);
        Buffer shared = SharedBuffers.of(delta);
        ring.add(stamp.tick(), delta, shared);
        stale();
        List<StreamClient> ready = new ArrayList<>(watchers.size());
        for (Watcher watcher : watchers.values()) {
            if (watcher.behindBeats == 0 && watcher.told == stamp.tick() - 1) {
                watcher.told = stamp.tick();
                ready.add(watcher.client);
            }
        }
        if (!ready.isEmpty()) {
            byLoop(ready).forEach((loop, clients) -> loop.execute(() -> clients.forEach(each -> each.binary(shared))));
        }
    }

    /** One handing over for each event loop instead of one for each client. */
    static Map<Executor, List<StreamClient>> byLoop(List<StreamClient> clients) {
        Map<Executor, List<StreamClient>> groups = new HashMap<>();
        clients.forEach(client -> groups.computeIfAbsent(client.loop(), _ -> new ArrayList<>()).add(client));
        return groups;
    }
}
