package io.sentinelmesh.agent.plan;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.TargetRules;

/**
 * Host names to addresses. An endpoint whose name stops resolving keeps its last address: DNS trouble must not look like the endpoint's.
 * Blocks on DNS; one caller, on a thread that may block.
 */
public final class AddressBook {

    private static final Logger LOG = LoggerFactory.getLogger(AddressBook.class);

    /** Resolves a name or an IP literal; the JDK's resolver outside of tests. */
    public interface Resolver {
        InetAddress resolve(String nameOrLiteral) throws UnknownHostException;
    }

    private final Resolver resolver;
    private final Map<NodeId, InetAddress> last = new HashMap<>();

    public AddressBook(Resolver resolver) {
        this.resolver = resolver;
    }

    /** The address of each node that has or had one; a node that never resolved is left out, and the log says so. */
    public Map<NodeId, InetAddress> resolve(List<MeshNode> nodes) {
        Map<NodeId, InetAddress> known = new LinkedHashMap<>();
        for (MeshNode node : nodes) {
            InetAddress before = last.get(node.id());
            try {
                InetAddress now = resolver.resolve(node.address());
                if (TargetRules.isOneHost(now)) {
                    known.put(node.id(), now);
                } else {
                    LOG.warn("{} '{}' has the address {}, which is not that of one host: it is not probed",
                            node.role(), node.name(), now.getHostAddress());
                }
            } catch (UnknownHostException e) {
                LOG.warn("{} '{}': the name {} does not resolve; {}", node.role(), node.name(), node.address(),
                        before == null
                                ? "it is not probed until it does"
                                : "going on with " + before.getHostAddress());
                if (before != null) {
                    known.put(node.id(), before);
                }
            }
        }
        last.clear();
        last.putAll(known);
        return known;
    }
}
