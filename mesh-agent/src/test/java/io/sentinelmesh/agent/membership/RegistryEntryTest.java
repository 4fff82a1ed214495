package io.sentinelmesh.agent.membership;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class RegistryEntryTest {

    @Test
    void an_entry_says_where_its_agent_is_reached() {
        for (MeshNode.Reach reach : MeshNode.Reach.values()) {
            MeshNode self = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "lyon", "fr", "192.0.2.1", 18_620,
                    List.of("2001:db8::1"), reach);

            assertThat(RegistryEntry.parse(RegistryEntry.of(self, "192.0.2.1:7421", false).toJson())
                    .flatMap(RegistryEntry::node)).contains(self);
        }
    }

    @Test
    void an_entry_of_an_older_agent_has_one_address_and_nobody_has_judged() {
        NodeId id = NodeId.random();
        String old = "{\"id\":\"" + id + "\",\"name\":\"lyon\",\"site\":\"fr\",\"address\":\"192.0.2.1\","
                + "\"memberAddress\":\"192.0.2.1:7421\",\"left\":false,\"reflectorPort\":18620}";

        assertThat(RegistryEntry.parse(old).flatMap(RegistryEntry::node))
                .contains(new MeshNode(id, MeshNode.Role.AGENT, "lyon", "fr", "192.0.2.1", 18_620));
    }
}
