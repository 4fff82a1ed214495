package io.sentinelmesh.agent.plan;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.TargetRules;

/**
 * Host names to addresses. An IP literal is its own address at once; names are looked up apart from planning, because a dead name server makes
 * each look-up wait. An endpoint whose name stops resolving keeps its last address: DNS trouble must not look like the endpoint's.
 */
public final class AddressBook {

    private static final Logger LOG = LoggerFactory.getLogger(AddressBook.class);

    /** Resolves a host name; the JDK's resolver outside of tests. */
    public interface Resolver {
        InetAddress resolve(String name) throws UnknownHostException;
    }

    private final Resolver resolver;
    private final Predicate<InetAddress> speaks;
    private final Map<NodeId, InetAddress> lookedUp = new ConcurrentHashMap<>();

    public AddressBook(Resolver resolver) {
        this(resolver, _ -> true);
    }

    /**
     * @param speaks whether this host has an address of the same family
     */
    public AddressBook(Resolver resolver, Predicate<InetAddress> speaks) {
        this.resolver = resolver;
        this.speaks = speaks;
    }

    /** The address of each node that is known at present. Does not block; any thread. */
    public Map<NodeId, InetAddress> known(List<MeshNode> nodes) {
        Map<NodeId, InetAddress> known = new LinkedHashMap<>();
        for (MeshNode node : nodes) {
            best(node).or(() -> Optional.ofNullable(lookedUp.get(node.id()))).ifPresent(address -> {
                if (TargetRules.isOneHost(address)) {
                    known.put(node.id(), address);
                } else {
                    LOG.warn("{} '{}' has the address {}, which is not that of one host: it is not probed",
                            node.role(), node.name(), address.getHostAddress());
                }
            });
        }
        return known;
    }

    /**
     * Looks up every host name among the nodes. Blocks on DNS.
     *
     * @return whether an address is new or has changed
     */
    public boolean lookUp(List<MeshNode> nodes) {
        boolean changed = false;
        for (MeshNode node : nodes) {
            if (literal(node.address()).isPresent()) {
                continue;
            }
            try {
                InetAddress now = resolver.resolve(node.address());
                changed |= !now.equals(lookedUp.put(node.id(), now));
            } catch (UnknownHostException e) {
                LOG.warn("{} '{}': the name {} does not resolve; {}", node.role(), node.name(), node.address(),
                        lookedUp.containsKey(node.id())
                                ? "going on with its last address"
                                : "it is not probed until it does");
            }
        }
        return changed;
    }

    /** The first of a family that this host speaks; if there is none, the first: that it can't be sent to is told with each packet. */
    private Optional<InetAddress> best(MeshNode node) {
        return node.addresses().stream().map(AddressBook::literal).flatMap(Optional::stream).filter(speaks).findFirst()
                .or(() -> literal(node.address()));
    }

    private static Optional<InetAddress> literal(String address) {
        try {
            return Optional.of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
