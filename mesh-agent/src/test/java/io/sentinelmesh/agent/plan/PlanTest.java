package io.sentinelmesh.agent.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class PlanTest {

    @Test
    void an_agent_probes_every_peer_and_endpoint_but_never_itself() {
        MeshNode self = node("self");
        MeshNode peer = node("peer");
        MeshNode endpoint = new MeshNode(NodeId.ofEndpoint("web", "192.0.2.80"), MeshNode.Role.ENDPOINT, "web", "hq",
                "192.0.2.80");

        assertThat(Plan.destinations(self.id(), List.of(self, peer), List.of(endpoint)))
                .containsExactlyInAnyOrder(peer, endpoint);
    }

    @Test
    void the_order_in_which_peers_became_known_does_not_matter() {
        List<MeshNode> peers = new ArrayList<>(IntStream.range(0, 50).mapToObj(i -> node("p" + i)).toList());
        List<MeshNode> before = Plan.destinations(NodeId.random(), peers, List.of());
        Collections.reverse(peers);

        assertThat(Plan.destinations(NodeId.random(), peers, List.of())).isEqualTo(before);
    }

    private static MeshNode node(String name) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, name, "192.0.2.1");
    }
}
