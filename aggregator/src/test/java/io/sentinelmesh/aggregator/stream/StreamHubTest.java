package io.sentinelmesh.aggregator.stream;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.matrix.BaselineMemory;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.aggregator.matrix.NodeTable;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.roster.AgentRoster;
import io.vertx.core.buffer.Buffer;

import static org.assertj.core.api.Assertions.assertThat;

class StreamHubTest {

    private static final class Client implements StreamClient {
        final List<Buffer> binaries = new ArrayList<>();
        boolean behind;
        int closedWith;

        @Override
        public void text(String message) {
        }

        @Override
        public void binary(Buffer message) {
            binaries.add(message);
        }

        @Override
        public boolean behind() {
            return behind;
        }

        @Override
        public void close(short code, String reason) {
            closedWith = code;
        }
    }

    private final NodeTable nodes = new NodeTable();
    private final LiveMesh mesh = new LiveMesh(nodes, new AgentRoster(), new LiveMatrix(nodes, new BaselineMemory()),
            Clock.systemUTC(), System::nanoTime);
    private final StreamHub hub = new StreamHub(mesh, new MetricRegistry());
    private final Client fast = new Client();
    private final Client slow = new Client();

    private void ticks(int times) {
        for (int i = 0; i < times; i++) {
            hub.publish(mesh.tick());
        }
    }

    @Test
    void all_clients_get_the_very_same_buffer() {
        hub.join(fast);
        hub.join(slow);
        ticks(4);

        assertThat(fast.binaries).hasSizeGreaterThan(1);
        assertThat(fast.binaries.getLast()).isSameAs(slow.binaries.getLast());
        assertThat(fast.binaries.getFirst()).as("snapshot").isSameAs(slow.binaries.getFirst());
    }

    @Test
    void a_client_that_is_behind_is_told_to_come_again_and_the_others_go_on() {
        hub.join(fast);
        hub.join(slow);
        slow.behind = true;
        ticks(8);

        assertThat(slow.closedWith).isEqualTo(1013);
        assertThat(slow.binaries).hasSize(1);
        assertThat(fast.closedWith).isZero();
        assertThat(fast.binaries).hasSizeGreaterThan(2);
    }

    @Test
    void idle_ticks_are_told_once_in_four() {
        ticks(1);
        hub.join(fast);
        ticks(8);

        assertThat(fast.binaries).hasSize(1 + 2);
    }
}
