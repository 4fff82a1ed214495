package io.sentinelmesh.agent.plan;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class AddressBookTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.80");
    private static final MeshNode WEB = new MeshNode(NodeId.ofEndpoint("web", "web.example"), MeshNode.Role.ENDPOINT,
            "web", "hq", "web.example");

    private final Map<String, InetAddress> names = new HashMap<>(Map.of("web.example", ADDRESS));
    private final AddressBook book = new AddressBook(name -> {
        if (!names.containsKey(name)) {
            throw new UnknownHostException(name);
        }
        return names.get(name);
    });

    @Test
    void a_name_that_stops_resolving_keeps_its_last_address() {
        assertThat(book.lookUp(List.of(WEB))).isTrue();
        names.clear();

        assertThat(book.lookUp(List.of(WEB))).isFalse();
        assertThat(book.known(List.of(WEB))).containsExactly(Map.entry(WEB.id(), ADDRESS));
    }

    @Test
    void an_address_that_many_would_answer_is_not_probed_and_harms_no_other() {
        MeshNode all = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "all", "all", "224.0.0.1");
        book.lookUp(List.of(all, WEB));

        assertThat(book.known(List.of(all, WEB))).containsOnlyKeys(WEB.id());
    }

    @Test
    void a_name_that_never_resolved_is_left_out_until_it_does() {
        names.clear();
        assertThat(book.lookUp(List.of(WEB))).isFalse();
        assertThat(book.known(List.of(WEB))).isEmpty();

        names.put("web.example", ADDRESS);
        assertThat(book.lookUp(List.of(WEB))).isTrue();
        assertThat(book.known(List.of(WEB))).containsKey(WEB.id());
    }

    @Test
    void a_peer_is_sent_to_at_its_first_address_of_a_family_that_this_host_has() {
        MeshNode both = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "both", "both", "192.0.2.7", 0,
                List.of("2001:db8::7", "2001:db8::8"), MeshNode.Reach.UNKNOWN);
        MeshNode four = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "four", "four", "192.0.2.8");
        AddressBook six = new AddressBook(_ -> ADDRESS, address -> address instanceof Inet6Address);

        assertThat(book.known(List.of(both))).containsEntry(both.id(), InetAddress.ofLiteral("192.0.2.7"));
        assertThat(six.known(List.of(both))).containsEntry(both.id(), InetAddress.ofLiteral("2001:db8::7"));
        assertThat(six.known(List.of(four))).as("there is no better one")
                .containsEntry(four.id(), InetAddress.ofLiteral("192.0.2.8"));
    }

    @Test
    void a_literal_is_known_without_asking_anybody() {
        MeshNode peer = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "peer", "peer", "2001:db8::1");
        names.clear();

        assertThat(book.known(List.of(peer))).containsEntry(peer.id(), InetAddress.ofLiteral("2001:db8::1"));
    }
}
