package io.sentinelmesh.aggregator.reach;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.MeshNode.Reach;

/** Whether an agent is behind NAT, by where its link comes from: a pure function, described for people in docs/states.md. */
public final class NatRule {

    private NatRule() {
    }

    /**
     * @param agent as it describes itself; one whose addresses were configured says so, and is believed
     * @param local the addresses of its host's interfaces; empty: it does not tell, or its link takes a way round by a proxy
     * @param seen where the link comes from; empty if that is not known
     */
    public static Reach judge(MeshNode agent, List<String> local, Optional<InetAddress> seen) {
        // By loopback come those of this host, and tunnels and relays that end here: neither tells anything.
        if (agent.reach() != Reach.UNKNOWN || local.isEmpty() || seen.isEmpty() || seen.get().isLoopbackAddress()) {
            return agent.reach();
        }
        boolean own = Stream.concat(agent.addresses().stream(), local.stream()).map(NatRule::literal)
                .flatMap(Optional::stream).anyMatch(seen.get()::equals);
        return own ? Reach.DIRECT : Reach.BEHIND_NAT;
    }

    /** Without its zone: an address is compared, not used. Empty if it is none. */
    public static Optional<InetAddress> literal(String text) {
        int zone = text.indexOf('%');
        try {
            return Optional.of(InetAddress.ofLiteral(zone < 0 ? text : text.substring(0, zone)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
