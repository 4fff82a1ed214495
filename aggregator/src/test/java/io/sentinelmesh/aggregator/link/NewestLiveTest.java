package io.sentinelmesh.aggregator.link;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;

import static org.assertj.core.api.Assertions.assertThat;

class NewestLiveTest {

    private final NewestLive live = new NewestLive();
    private final NodeId agent = NodeId.random();

    private Frame.Live row(ProbeKind kind, int second, MeshNode... endpoints) {
        return new Frame.Live(
                new LiveRow(agent, kind, Instant.ofEpochSecond(second), Duration.ofSeconds(10), List.of()),
                List.of(endpoints));
    }

    @Test
    void a_newer_row_replaces_one_that_waits_and_the_mesh_is_told_once() {
        assertThat(live.put(row(ProbeKind.ICMP_ECHO, 1))).isTrue();
        assertThat(live.put(row(ProbeKind.ICMP_ECHO, 2))).isFalse();

        assertThat(live.take(ProbeKind.ICMP_ECHO).orElseThrow().row().at()).isEqualTo(Instant.ofEpochSecond(2));
        assertThat(live.take(ProbeKind.ICMP_ECHO)).isEmpty();
        assertThat(live.put(row(ProbeKind.ICMP_ECHO, 3))).isTrue();
    }

    @Test
    void kinds_do_not_replace_one_another() {
        assertThat(live.put(row(ProbeKind.ICMP_ECHO, 1))).isTrue();
        assertThat(live.put(row(ProbeKind.STAMP, 2))).isTrue();

        assertThat(live.take(ProbeKind.ICMP_ECHO)).isPresent();
        assertThat(live.take(ProbeKind.STAMP)).isPresent();
    }

    @Test
    void endpoints_that_a_replaced_row_introduced_are_not_lost() {
        MeshNode web = new MeshNode(NodeId.random(), MeshNode.Role.ENDPOINT, "web", "web", "192.0.2.7");
        live.put(row(ProbeKind.ICMP_ECHO, 1, web));
        live.put(row(ProbeKind.ICMP_ECHO, 2));

        assertThat(live.take(ProbeKind.ICMP_ECHO).orElseThrow().endpoints()).containsExactly(web);
    }
}
