package io.sentinelmesh.aggregator.reach;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.MeshNode.Reach;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class NatRuleTest {

    private static final List<String> LOCAL = List.of("192.0.2.10", "198.51.100.3", "2001:db8::10");

    private static MeshNode agent(Reach reach, String... further) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "one", "site", "192.0.2.10", 18_620, List.of(further),
                reach);
    }

    private static Reach judge(MeshNode agent, List<String> local, String seen) {
        return NatRule.judge(agent, local, Optional.of(InetAddress.ofLiteral(seen)));
    }

    @Test
    void a_link_from_an_address_of_the_hosts_own_comes_through_no_nat() {
        assertThat(judge(agent(Reach.UNKNOWN), LOCAL, "192.0.2.10")).isEqualTo(Reach.DIRECT);
        assertThat(judge(agent(Reach.UNKNOWN), LOCAL, "198.51.100.3")).as("another interface").isEqualTo(Reach.DIRECT);
        assertThat(judge(agent(Reach.UNKNOWN), LOCAL, "2001:db8:0:0::10")).as("other spelling").isEqualTo(Reach.DIRECT);
        assertThat(judge(agent(Reach.UNKNOWN, "203.0.113.9"), LOCAL, "203.0.113.9")).isEqualTo(Reach.DIRECT);
    }

    @Test
    void a_link_from_an_address_that_the_host_does_not_have_comes_through_nat() {
        assertThat(judge(agent(Reach.UNKNOWN), LOCAL, "203.0.113.9")).isEqualTo(Reach.BEHIND_NAT);
    }

    @Test
    void whose_addresses_were_configured_is_believed() {
        assertThat(judge(agent(Reach.DIRECT), LOCAL, "203.0.113.9")).isEqualTo(Reach.DIRECT);
    }

    @Test
    void nothing_is_said_of_a_link_by_loopback_or_of_an_agent_that_does_not_tell_its_addresses() {
        assertThat(judge(agent(Reach.UNKNOWN), LOCAL, "127.0.0.1")).isEqualTo(Reach.UNKNOWN);
        assertThat(judge(agent(Reach.UNKNOWN), LOCAL, "::1")).isEqualTo(Reach.UNKNOWN);
        assertThat(judge(agent(Reach.UNKNOWN), List.of(), "203.0.113.9")).isEqualTo(Reach.UNKNOWN);
        assertThat(NatRule.judge(agent(Reach.UNKNOWN), LOCAL, Optional.empty())).isEqualTo(Reach.UNKNOWN);
    }

    @Test
    void an_address_that_is_none_is_no_address() {
        assertThat(NatRule.literal("fra-1.example")).isEmpty();
        assertThat(NatRule.literal("fe80::1%eth0")).contains(InetAddress.ofLiteral("fe80::1"));
    }
}
