package io.sentinelmesh.agent.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.settings.SettingsDocument;

/**
 * Everything an agent is told from outside, checked.
 *
 * @param address where peers send their test packets to
 * @param sourceAddress where this agent's test packets come from; the kernel chooses if empty
 * @param reflectorPort where its STAMP reflector listens; empty: at the default port, or a free one if that is taken; 0: no STAMP at all
 * @param siteGiven somebody here named the site; joining asks for exactly that one
 * @param aggregators tried in turn; {@code wss}: their agents' door, with the agent's certificate; {@code ws}: the plain link, only with insecure
 * @param tokenFile the join token's; with insecure, the aggregator's
 * @param wrappingKeyFile outside the data folder; encrypts the agent's key
 * @param pins the settings that this agent decides itself, whatever the mesh says
 * @param insecure plain text is allowed
 * @param metrics where its own figures can be asked for; empty: nowhere
 * @param proxy on the way to the aggregators' ports
 */
public record AgentConfig(String name, String site, boolean siteGiven, InetAddress address,
        Optional<InetAddress> sourceAddress,
        OptionalInt reflectorPort, Path dataDir, List<URI> aggregators, Optional<Path> tokenFile, Path wrappingKeyFile,
        boolean insecure, Membership membership, List<MeshNode> endpoints, SettingsDocument pins,
        Optional<InetSocketAddress> metrics, ProxySettings proxy) {

    /** Where an aggregator's door is whose URL names no port. */
    public static final int DEFAULT_DOOR_PORT = 7422;
    /** Where an aggregator's page, and with insecure its plain link, is whose URL names no port. */
    public static final int DEFAULT_WEB_PORT = 7420;
    public static final int MAX_AGGREGATORS = 16;
    public static final int MAX_SEEDS = 64;
    public static final int MAX_ADVERTISED = MeshNode.MAX_FURTHER_ADDRESSES + 1;
    public static final int MAX_ENDPOINTS = 5_000;

    public AgentConfig {
        aggregators = List.copyOf(aggregators);
        endpoints = List.copyOf(endpoints);
    }

    /** Straight to the aggregators. */
    public AgentConfig(String name, String site, boolean siteGiven, InetAddress address,
            Optional<InetAddress> sourceAddress, OptionalInt reflectorPort, Path dataDir, List<URI> aggregators,
            Optional<Path> tokenFile, Path wrappingKeyFile, boolean insecure, Membership membership,
            List<MeshNode> endpoints, SettingsDocument pins, Optional<InetSocketAddress> metrics) {
        this(name, site, siteGiven, address, sourceAddress, reflectorPort, dataDir, aggregators, tokenFile,
                wrappingKeyFile, insecure, membership, endpoints, pins, metrics, new ProxySettings.None());
    }

    /** Through a proxy. */
    public AgentConfig through(ProxySettings way) {
        return new AgentConfig(name, site, siteGiven, address, sourceAddress, reflectorPort, dataDir, aggregators,
                tokenFile, wrappingKeyFile, insecure, membership, endpoints, pins, metrics, way);
    }

    /** Whether it needs a certificate: at least one aggregator is reached by its door. */
    public boolean needsCertificate() {
        return aggregators.stream().anyMatch(AgentConfig::isDoor);
    }

    public static boolean isDoor(URI aggregator) {
        return "wss".equals(aggregator.getScheme());
    }

    /** The port of an aggregator's URL. */
    public static int port(URI aggregator) {
        int usual = isDoor(aggregator) ? DEFAULT_DOOR_PORT : DEFAULT_WEB_PORT;
        return aggregator.getPort() == -1 ? usual : aggregator.getPort();
    }

    /**
     * Where this agent's membership port is and whom it asks first.
     *
     * @param seeds unresolved host and port of members that are usually there
     * @param advertised by which others reach this host, whatever its own addresses are; empty: by its own
     */
    public record Membership(MembershipMode mode, InetAddress address, int port, List<InetSocketAddress> seeds,
            List<InetAddress> advertised) {
        public Membership {
            seeds = List.copyOf(seeds);
            advertised = List.copyOf(advertised);
        }

        /** With nothing advertised. */
        public Membership(MembershipMode mode, InetAddress address, int port, List<InetSocketAddress> seeds) {
            this(mode, address, port, seeds, List.of());
        }
    }
}
