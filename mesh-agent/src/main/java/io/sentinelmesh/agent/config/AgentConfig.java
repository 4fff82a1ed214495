package io.sentinelmesh.agent.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.sentinelmesh.measurement.MeshNode;

/**
 * Everything an agent is told from outside, checked.
 *
 * @param address where peers send their test packets to
 * @param sourceAddress where this agent's test packets come from; the kernel chooses if empty
 * @param reflectorPort where its STAMP reflector listens; empty: at the default port, or a free one if that is taken; 0: no STAMP at all
 * @param aggregators tried in turn
 * @param insecure plain text beyond this host is allowed
 */
public record AgentConfig(String name, String site, InetAddress address, Optional<InetAddress> sourceAddress,
        OptionalInt reflectorPort, Path dataDir, List<URI> aggregators, Optional<Path> aggregatorCa,
        Optional<Path> tokenFile, boolean insecure,
        Membership membership, List<MeshNode> endpoints, LocalSettings local) {

    /** Where an aggregator listens whose URL names no port. */
    public static final int DEFAULT_AGGREGATOR_PORT = 7420;
    public static final int MAX_AGGREGATORS = 16;
    public static final int MAX_SEEDS = 64;
    public static final int MAX_ENDPOINTS = 5_000;

    public AgentConfig {
        aggregators = List.copyOf(aggregators);
        endpoints = List.copyOf(endpoints);
    }

    /**
     * Where this agent's membership port is and whom it asks first.
     *
     * @param seeds unresolved host and port of members that are usually there
     */
    public record Membership(InetAddress address, int port, List<InetSocketAddress> seeds) {
        public Membership {
            seeds = List.copyOf(seeds);
        }
    }
}
