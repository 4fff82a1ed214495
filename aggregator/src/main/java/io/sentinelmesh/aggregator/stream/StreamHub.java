package io.sentinelmesh.aggregator.stream;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshTick;
import io.sentinelmesh.aggregator.live.MeshView;
import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.socket.PeerSocket;
import io.vertx.core.buffer.Buffer;

/** All browsers that watch the live matrix: each message is encoded once and the same buffer goes to everyone. Mesh thread only. */
public final class StreamHub {

    /** A snapshot of 1000 x 1000 cells is 8 MB at 8 bytes a cell; a client may have that and some deltas under way, not more. */
    static final int MOST_UNSENT_BYTES = 12 << 20;

    /** Each may hold {@link #MOST_UNSENT_BYTES}, though hardly ever does. */
    static final int MOST_CLIENTS = 1_000;

    /** In ticks: an idle mesh is still told once a second, so that silence means a broken stream. */
    private static final int TICKS_PER_SIGN_OF_LIFE = 4;

    private static final Logger log = LoggerFactory.getLogger(StreamHub.class);

    private final LiveMesh mesh;
    private final Set<StreamClient> clients = new LinkedHashSet<>();
    private final Counter ticks;
    private final Counter slow;
    private long tick;
    private int idleTicks;
    private Optional<Buffer> freshSnapshot = Optional.empty();
    private volatile int count;

    public StreamHub(LiveMesh mesh, MetricRegistry registry) {
        this.mesh = mesh;
        this.ticks = registry.counter("sentinel_stream_messages_total", "", "Deltas of the live matrix encoded.");
        this.slow = registry.counter("sentinel_stream_clients_dropped_total", "",
                "Stream clients closed because they read too slowly.");
        registry.gauge("sentinel_stream_clients", "", "Open live streams.", () -> count);
    }

    /** Any thread. */
    boolean full() {
        return count >= MOST_CLIENTS;
    }

    void join(StreamClient client) {
        if (freshSnapshot.isEmpty()) {
            freshSnapshot = Optional.of(Buffer.buffer(StreamEncoder.snapshot(tick, mesh.view())));
        }
        client.text(StreamEncoder.nodes(mesh.view()));
        client.binary(freshSnapshot.get());
        clients.add(client);
        count = clients.size();
    }

    void leave(StreamClient client) {
        clients.remove(client);
        count = clients.size();
    }

    /** Every tick of the mesh. */
    public void publish(MeshTick changes) {
        boolean idle = changes.matrix().cells().isEmpty() && changes.matrix().rows().isEmpty();
        if (!idle || changes.nodesChanged()) {
            freshSnapshot = Optional.empty();
        }
        idleTicks = idle ? idleTicks + 1 : 0;
        if (idle && !changes.nodesChanged() && idleTicks % TICKS_PER_SIGN_OF_LIFE != 0) {
            return;
        }
        tick++;
        ticks.increment();
        freshSnapshot = Optional.empty();
        if (clients.isEmpty()) {
            return;
        }
        dropSlowOnes();
        if (changes.nodesChanged()) {
            MeshView view = mesh.view();
            String nodes = StreamEncoder.nodes(view);
            clients.forEach(client -> client.text(nodes));
        }
        Buffer delta = Buffer.buffer(
                StreamEncoder.delta(tick, changes.at(), changes.matrix().rows(), changes.matrix().cells()));
        clients.forEach(client -> client.binary(delta));
    }

    private void dropSlowOnes() {
        for (StreamClient client : List.copyOf(clients)) {
            if (client.behind()) {
                log.info("Stream client {} reads too slowly and is closed", client);
                slow.increment();
                leave(client);
                client.close(PeerSocket.TRY_AGAIN_LATER, "you are behind: connect again");
            }
        }
    }
}
