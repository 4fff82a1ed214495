package io.sentinelmesh.agent.peers;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class PeersTest {

    private static final MeshNode SELF = agent("self");
    private static final MeshNode LYON = agent("lyon");
    private static final MeshNode OSLO = agent("oslo");

    @Test
    void peers_of_the_last_run_are_measured_until_the_aggregator_tells_otherwise() {
        Peers peers = new Peers(SELF.id(), List.of(LYON));
        assertThat(peers.known()).containsExactly(LYON);

        peers.told(List.of(SELF, OSLO));

        assertThat(peers.known()).containsExactly(OSLO);
    }

    @Test
    void without_an_aggregator_everyone_who_is_told_of_by_anyone_is_known() {
        Peers peers = new Peers(SELF.id(), List.of());
        peers.registered(SELF);
        peers.registered(LYON);
        assertThat(peers.known()).containsExactly(LYON);

        peers.told(List.of(OSLO));
        peers.unlinked();

        assertThat(peers.known()).containsExactlyInAnyOrder(LYON, OSLO);
    }

    @Test
    void whom_the_aggregator_does_not_list_is_not_measured_because_he_says_so_himself() {
        Peers peers = new Peers(SELF.id(), List.of());
        peers.told(List.of(OSLO));

        peers.registered(LYON);

        assertThat(peers.known()).containsExactly(OSLO);
    }

    @Test
    void what_the_aggregator_found_out_about_a_peer_holds_whatever_the_peer_says_of_itself() {
        Peers peers = new Peers(SELF.id(), List.of());
        peers.registered(LYON);
        peers.told(List.of(LYON.with(MeshNode.Reach.BEHIND_NAT), SELF.with(MeshNode.Reach.BEHIND_NAT)));

        assertThat(peers.known()).containsExactly(LYON.with(MeshNode.Reach.BEHIND_NAT));
        assertThat(peers.ownReach()).isEqualTo(MeshNode.Reach.BEHIND_NAT);
        peers.unlinked();
        assertThat(peers.known()).containsExactly(LYON.with(MeshNode.Reach.BEHIND_NAT));

        MeshNode advertised = LYON.with(MeshNode.Reach.DIRECT);
        peers.registered(advertised);
        assertThat(peers.known()).as("whose addresses were configured knows").containsExactly(advertised);
    }

    @Test
    void a_peer_of_the_last_run_behind_nat_stays_so_while_the_aggregator_is_away() {
        Peers peers = new Peers(SELF.id(), List.of(LYON.with(MeshNode.Reach.BEHIND_NAT)));
        peers.registered(LYON);

        assertThat(peers.known()).containsExactly(LYON.with(MeshNode.Reach.BEHIND_NAT));
    }

    @Test
    void a_goodbye_ends_the_measuring_even_while_the_aggregators_list_still_has_it() {
        Peers peers = new Peers(SELF.id(), List.of());
        peers.told(List.of(LYON, OSLO));

        peers.left(LYON.id());

        assertThat(peers.known()).containsExactly(OSLO);
    }

    @Test
    void an_agent_that_comes_back_after_a_goodbye_is_known_again() {
        Peers peers = new Peers(SELF.id(), List.of());
        peers.left(LYON.id());
        peers.registered(LYON);
        assertThat(peers.known()).containsExactly(LYON);

        peers.left(OSLO.id());
        peers.told(List.of(LYON, OSLO));
        assertThat(peers.known()).containsExactlyInAnyOrder(LYON, OSLO);
    }

    @Test
    void a_goodbye_that_the_registry_still_shows_is_not_that_of_an_agent_that_is_back() {
        Peers peers = new Peers(SELF.id(), List.of());
        peers.told(List.of(LYON, OSLO));
        peers.told(List.of(OSLO));
        peers.told(List.of(LYON, OSLO));

        peers.left(LYON.id());
        assertThat(peers.known()).containsExactlyInAnyOrder(LYON, OSLO);

        peers.registered(LYON);
        peers.left(LYON.id());
        assertThat(peers.known()).containsExactly(OSLO);
    }

    @Test
    void an_agent_that_the_aggregator_no_longer_lists_has_left() {
        Peers peers = new Peers(SELF.id(), List.of());
        peers.registered(LYON);
        peers.told(List.of(LYON));

        peers.told(List.of());

        assertThat(peers.known()).isEmpty();
    }

    @Test
    void what_an_agent_says_of_itself_wins_over_hearsay() {
        Peers peers = new Peers(SELF.id(), List.of());
        MeshNode moved = new MeshNode(LYON.id(), MeshNode.Role.AGENT, "lyon", "lyon", "192.0.2.77");
        peers.told(List.of(LYON));
        peers.registered(moved);

        assertThat(peers.known()).containsExactly(moved);
    }

    private static MeshNode agent(String name) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, name, "192.0.2.1");
    }
}
