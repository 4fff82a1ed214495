package io.sentinelmesh.aggregator.stream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshTick;
import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.socket.PeerSocket;
import io.vertx.core.buffer.Buffer;

/**
 * All browsers that watch the live matrix: each tick is encoded once for each {@link Subscription} that somebody has, and the same buffer goes to
 * everyone. Who reads slowly misses ticks, not the connection. Mesh thread only.
 */
public final class StreamHub {

    /** A snapshot of 1000 x 1000 cells takes 2.2 MB; a client may have that and some deltas under way before it is behind. */
    static final int MOST_UNSENT_BYTES = 4 << 20;

    /** About a large mesh's snapshot: who missed more than this gets that. */
    static final int MOST_CAUGHT_UP_BYTES = 2 << 20;

    /** Each may hold {@link #MOST_UNSENT_BYTES} and one message more, though hardly ever does. */
    static final int MOST_CLIENTS = 1_000;

    /** Different subscriptions; each encodes for itself and keeps a ring of deltas. */
    static final int MOST_VIEWS = 16;

    /** In beats of 250 ms: so long the deltas of a view that nobody watches are kept up for those who come back. */
    static final int KEPT_BEATS = 120;

    /** In beats: a client that has not taken half of what may be unsent for a minute is gone. */
    static final int PATIENCE_BEATS = 240;

    /** In ticks: an idle mesh is still told once a second, so that silence means a broken stream. */
    private static final int TICKS_PER_SIGN_OF_LIFE = 4;

    private static final long NEVER = -1;
    private static final Logger log = LoggerFactory.getLogger(StreamHub.class);

    /**
     * Where a client that comes back left off.
     *
     * @param run of the aggregator, from the messages' header
     */
    record Resume(long run, long tick) {
    }

    private final LiveMesh mesh;
    private final StreamEncoder encoder = new StreamEncoder();
    private final Map<Subscription, StreamView> views = new LinkedHashMap<>();
    private final Map<StreamClient, StreamView> whereabouts = new HashMap<>();
    private final long run = ThreadLocalRandom.current().nextLong(1, 1L << 32);
    private final Counter ticks;
    private final Counter behind;
    private final Counter resyncs;
    private final Counter resumed;
    private final Counter dropped;
    private long tick;
    private int idleTicks;
    private final AskedSnapshots asked = new AskedSnapshots();
    private final NodesPace nodesPace = new NodesPace();
    private final Unsent unsent = new Unsent();
    private Optional<String> nodes = Optional.empty();
    private Optional<Buffer> sharedNodes = Optional.empty();
    /** Bytes of snapshots and missed deltas that were handed out since the last beat. */
    private long caughtUp;
    private volatile int count;

    public StreamHub(LiveMesh mesh, MetricRegistry registry) {
        this.mesh = mesh;
        this.ticks = registry.counter("sentinel_stream_messages_total", "", "Ticks of the live matrix published.");
        this.behind = registry.counter("sentinel_stream_clients_behind_total", "",
                "Times that a stream client read too slowly and deltas were left out for it.");
        this.resyncs = registry.counter("sentinel_stream_snapshots_total", "", "Snapshots sent to stream clients.");
        this.resumed = registry.counter("sentinel_stream_resumed_total", "",
                "Times that a stream client was brought up to date by the deltas that it missed.");
        this.dropped = registry.counter("sentinel_stream_clients_dropped_total", "",
                "Stream clients closed because they read next to nothing for a minute.");
        registry.gauge("sentinel_stream_unsent_bytes", "", "What waits to be sent to all stream clients together.",
                unsent::bytes);
        registry.gauge("sentinel_stream_clients", "", "Open live streams.", () -> count);
    }

    /** As long as it is the same, indexes mean the same nodes. Any thread. */
    public long run() {
        return run;
    }

    /** Any thread. */
    boolean full() {
        return count >= MOST_CLIENTS;
    }

    void join(StreamClient client, Subscription wanted, Optional<Resume> resume) {
        if (!views.containsKey(wanted) && views.size() >= MOST_VIEWS && !forgetIdleView()) {
            client.loop().execute(() -> client.close(PeerSocket.NO_ROOM,
                    "there are " + MOST_VIEWS + " different subscriptions already"));
            return;
        }
        StreamView view = views.computeIfAbsent(wanted, _ -> new StreamView(wanted, mesh, encoder, tick));
        Watcher watcher = new Watcher(client,
                resume.filter(where -> where.run == run).map(Resume::tick).orElse(NEVER));
        view.idleBeats = 0;
        view.watchers().put(client, watcher);
        whereabouts.put(client, view);
        count = whereabouts.size();
        catchUp(view, watcher);
    }

    private boolean forgetIdleView() {
        return views.values().stream().filter(view -> view.watchers().isEmpty()).findFirst()
                .map(view -> views.remove(view.wanted)).isPresent();
    }

    void leave(StreamClient client) {
        StreamView view = whereabouts.remove(client);
        if (view != null) {
            view.watchers().remove(client);
        }
        count = whereabouts.size();
    }

    /** The same bytes as the first binary message of a client that came within the last second. */
    byte[] snapshot(Subscription wanted) {
        return asked.of(wanted, () -> {
            StreamView view = views.get(wanted);
            return (view == null ? new StreamView(wanted, mesh, encoder, tick) : view).snapshot(stamp());
        });
    }

    /** For the clients, who count. */
    Unsent unsent() {
        return unsent;
    }

    /** The text message that says what the indexes in the binary ones mean. */
    String nodes() {
        if (nodes.isEmpty()) {
            nodes = Optional.of(StreamEncoder.nodes(run, mesh.viewedNodes()));
        }
        return nodes.get();
    }

    private Buffer sharedNodes() {
        if (sharedNodes.isEmpty()) {
            sharedNodes = Optional.of(SharedBuffers.of(nodes().getBytes(StandardCharsets.UTF_8)));
        }
        return sharedNodes.get();
    }

    private StreamEncoder.Stamp stamp() {
        return new StreamEncoder.Stamp(run, tick, mesh.now());
    }

    /** Every beat of the mesh. */
    public void publish(MeshTick changes) {
        boolean idle = changes.matrix().idle() && !changes.nodesChanged();
        idleTicks = idle ? idleTicks + 1 : 0;
        caughtUp = 0;
        asked.beat(changes.nodesChanged());
        views.values().forEach(StreamView::letGo);
        views.values().forEach(this::lookWhoIsBehind);
        views.values().removeIf(view -> view.watchers().isEmpty() && ++view.idleBeats > KEPT_BEATS);
        if (!idle || idleTicks % TICKS_PER_SIGN_OF_LIFE == 0) {
            tick++;
            ticks.increment();
            if (changes.nodesChanged()) {
                nodesChanged();
            }
            StreamEncoder.Stamp stamp = new StreamEncoder.Stamp(run, tick, changes.at());
            tellNodes();
            views.values().forEach(view -> view.publish(stamp, changes));
        } else {
            tellNodes();
        }
        views.values().forEach(view -> view.watchers().values().stream()
                .filter(watcher -> watcher.behindBeats == 0 && watcher.told != tick)
                .forEach(watcher -> catchUp(view, watcher)));
    }

    private void nodesChanged() {
        nodes = Optional.empty();
        sharedNodes = Optional.empty();
        nodesPace.changed();
        views.values().stream().filter(view -> view.nodesChanged(tick))
                .forEach(view -> view.watchers().values().forEach(watcher -> watcher.told = NEVER));
    }

    private void tellNodes() {
        if (!nodesPace.beat()) {
            return;
        }
        Buffer text = sharedNodes();
        nodesPace.told(text.length(), count);
        views.values().forEach(view -> {
            List<StreamClient> ready = new ArrayList<>();
            view.watchers().values().forEach(watcher -> {
                watcher.nodesTold = watcher.behindBeats == 0;
                if (watcher.nodesTold) {
                    ready.add(watcher.client);
                }
            });
            StreamView.byLoop(ready)
                    .forEach((loop, clients) -> loop.execute(() -> clients.forEach(each -> each.text(text))));
        });
    }

    private void lookWhoIsBehind(StreamView view) {
        for (Watcher watcher : List.copyOf(view.watchers().values())) {
            if (!watcher.client.behind()) {
                watcher.behindBeats = 0;
            } else if (++watcher.behindBeats == 1) {
                behind.increment();
            } else if (watcher.behindBeats > PATIENCE_BEATS) {
                log.info("Stream client {} reads next to nothing and is closed", watcher.client);
                dropped.increment();
                leave(watcher.client);
                watcher.client.loop().execute(
                        () -> watcher.client.close(PeerSocket.TRY_AGAIN_LATER, "you are behind: connect again"));
            }
        }
    }

    /** What it missed, if that is still here and not more than a snapshot would be; a snapshot otherwise. With a later beat if too much is under way. */
    private void catchUp(StreamView view, Watcher watcher) {
        if (caughtUp > 0 && caughtUp + unsent.bytes() > Unsent.MOST_BYTES) {
            return;
        }
        StreamClient client = watcher.client;
        Optional<List<Buffer>> missed = watcher.told == NEVER
                ? Optional.empty()
                : view.missed(watcher.told, MOST_CAUGHT_UP_BYTES);
        watcher.told = tick;
        if (!watcher.nodesTold) {
            watcher.nodesTold = true;
            Buffer text = sharedNodes();
            client.loop().execute(() -> client.text(text));
        }
        (missed.isPresent() ? resumed : resyncs).increment();
        List<Buffer> messages = missed.orElseGet(() -> List.of(view.sharedSnapshot(stamp())));
        caughtUp += bytes(messages);
        client.loop().execute(() -> messages.forEach(client::binary));
    }

    private static long bytes(List<Buffer> messages) {
        return messages.stream().mapToLong(Buffer::length).sum();
    }
}
