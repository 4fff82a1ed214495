package io.sentinelmesh.membership;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.SerializationConfig;

import io.sentinelmesh.membership.tls.TlsClientExtension;
import io.sentinelmesh.membership.tls.TlsNodeContext;

/** Hazelcast as everybody in the mesh runs it: small, quiet, on one address, found by seeds alone. */
final class ClusterConfig {

    static final String CLUSTER = "sentinel-mesh";

    /** Key: the agent's id; value: one JSON string. */
    static final String REGISTRY = "agents";

    /** Agents renew their entry every 20 s with this time to live; one that forgets to name it gets it all the same. */
    private static final Duration ENTRY_LIFE = Duration.ofSeconds(60);
    static final int MOST_REGISTRY_ENTRIES = 10_000;
    private static final int CONNECT_TIMEOUT_SECONDS = 3;
    /** Seeds that answer but don't let us in: then the start fails with a reason instead of waiting for five minutes. */
    private static final int MOST_SECONDS_TO_JOIN = 15;
    /** A client that finds nobody gives up, and is started anew with the members known then. */
    private static final Duration CLIENT_CONNECTS_WITHIN = Duration.ofSeconds(10);

    private static final Map<String, String> MEMBER = Map.ofEntries(Map.entry("hazelcast.logging.type", "slf4j"),
            Map.entry("hazelcast.phone.home.enabled", "false"), Map.entry("hazelcast.shutdownhook.enabled", "false"),
            Map.entry("hazelcast.socket.bind.any", "false"), Map.entry("hazelcast.socket.server.bind.any", "false"),
            Map.entry("hazelcast.wait.seconds.before.join", "0"),
            Map.entry("hazelcast.max.join.seconds", String.valueOf(MOST_SECONDS_TO_JOIN)),
            // A frozen peer is noticed within 15 s; two clusters that meet again merge within half a minute.
            Map.entry("hazelcast.heartbeat.interval.seconds", "2"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", "10"),
            Map.entry("hazelcast.client.max.no.heartbeat.seconds", "15"),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "10"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
            // An operation waits this long at most for a data member that is not there.
            Map.entry("hazelcast.operation.call.timeout.millis", "5000"),
            Map.entry("hazelcast.invocation.max.retry.count", "5"),
            // Its work is a few messages a second: the defaults are sized for a data grid.
            Map.entry("hazelcast.partition.count", "31"), Map.entry("hazelcast.operation.thread.count", "2"),
            Map.entry("hazelcast.operation.generic.thread.count", "2"),
            Map.entry("hazelcast.operation.priority.generic.thread.count", "1"),
            Map.entry("hazelcast.operation.response.thread.count", "1"), Map.entry("hazelcast.io.thread.count", "1"),
            Map.entry("hazelcast.io.input.thread.count", "1"), Map.entry("hazelcast.io.output.thread.count", "1"),
            Map.entry("hazelcast.event.thread.count", "1"), Map.entry("hazelcast.clientengine.thread.count", "2"),
            Map.entry("hazelcast.clientengine.query.thread.count", "1"),
            Map.entry("hazelcast.clientengine.blocking.thread.count", "1"),
            // Watchers of a data grid, a thread each.
            Map.entry("hazelcast.health.monitoring.level", "OFF"),
            Map.entry("hazelcast.slow.operation.detector.enabled", "false"),
            // In kilobytes, one each way per member.
            Map.entry("hazelcast.socket.receive.buffer.size", "16"),
            Map.entry("hazelcast.socket.send.buffer.size", "16"));

    private static final Map<String, String> CLIENT = Map.of("hazelcast.logging.type", "slf4j",
            "hazelcast.client.statistics.enabled", "false", "hazelcast.client.shuffle.member.list", "true",
            "hazelcast.client.heartbeat.interval", "5000", "hazelcast.client.heartbeat.timeout", "15000",
            "hazelcast.client.invocation.timeout.seconds", "5", "hazelcast.client.io.input.thread.count", "1",
            "hazelcast.client.io.output.thread.count", "1", "hazelcast.client.response.thread.count", "1",
            "hazelcast.client.event.thread.count", "1");

    private ClusterConfig() {
    }

    /** @param seeds HOST:PORT of others */
    static Config member(SeatSettings settings, Collection<String> seeds) {
        Config config = new Config();
        config.setClusterName(CLUSTER);
        config.setLiteMember(settings.kind() == SeatSettings.Kind.LITE);
        MEMBER.forEach(config::setProperty);
        config.getMetricsConfig().setEnabled(false);
        // No jobs and no SQL either: those would let a member send code.
        config.getJetConfig().setEnabled(false);
        config.getNamespacesConfig().setEnabled(false);
        config.setSerializationConfig(serialization());
        config.getMemberAttributeConfig().setAttribute(TlsNodeContext.ID_ATTRIBUTE, settings.self().toString());

        config.getNetworkConfig().setPort(settings.port()).setPortAutoIncrement(false);
        // By property, because interface matching knows only addresses that stand on an interface: 127.0.0.11 can be
        // bound, and several agents of one host are told apart by such addresses, but no interface lists it.
        config.setProperty("hazelcast.local.localAddress", settings.address());
        if (!settings.publicAddress().equals(settings.address())) {
            config.getNetworkConfig().setPublicAddress(settings.memberAddress());
        }
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(CONNECT_TIMEOUT_SECONDS);
        seeds.forEach(join.getTcpIpConfig()::addMember);
        config.addMapConfig(new MapConfig(REGISTRY).setBackupCount(1)
                .setTimeToLiveSeconds((int) ENTRY_LIFE.toSeconds())
                .setEvictionConfig(new EvictionConfig().setEvictionPolicy(EvictionPolicy.LRU)
                        .setMaxSizePolicy(MaxSizePolicy.PER_NODE).setSize(MOST_REGISTRY_ENTRIES)));
        return config;
    }

    /** @param seeds HOST:PORT of members */
    static ClientConfig client(SeatSettings settings, Collection<String> seeds) {
        ClientConfig config = new ClientConfig();
        config.setClusterName(CLUSTER);
        config.setInstanceName(TlsClientExtension.clientName(settings.self()));
        CLIENT.forEach(config::setProperty);
        config.getMetricsConfig().setEnabled(false);
        config.setSerializationConfig(serialization());
        config.getNetworkConfig().setAddresses(List.copyOf(seeds))
                .setConnectionTimeout((int) Duration.ofSeconds(CONNECT_TIMEOUT_SECONDS).toMillis());
        config.getConnectionStrategyConfig().setAsyncStart(false).getConnectionRetryConfig()
                .setClusterConnectTimeoutMillis(CLIENT_CONNECTS_WITHIN.toMillis());
        return config;
    }

    /**
     * Only texts are kept and sent, which need no Java serialization. Hazelcast's own failures are sent in it, so their kinds are let through; whatever
     * else somebody sends that way is refused before an object of it exists.
     */
    private static SerializationConfig serialization() {
        ClassFilter allowed = new ClassFilter().addPackages("com.hazelcast.core", "com.hazelcast.spi.exception")
                // Halves that meet again freeze their state to merge, and the word for it travels as a Java enum.
                .addClasses("com.hazelcast.cluster.ClusterState",
                        "com.hazelcast.nio.serialization.HazelcastSerializationException",
                        "com.hazelcast.transaction.TransactionException",
                        "com.hazelcast.transaction.TransactionNotActiveException",
                        "com.hazelcast.transaction.TransactionTimedOutException", "java.lang.Throwable",
                        "java.lang.Exception", "java.lang.RuntimeException",
                        "java.lang.IllegalStateException", "java.lang.IllegalArgumentException",
                        "java.lang.NullPointerException", "java.lang.UnsupportedOperationException",
                        "java.lang.SecurityException", "java.lang.StackTraceElement", "java.lang.Enum",
                        "java.util.Collections$EmptyList", "java.util.ArrayList",
                        "java.util.concurrent.TimeoutException", "java.util.concurrent.CancellationException",
                        "java.io.IOException", "java.io.EOFException", "java.io.UncheckedIOException",
                        "[Ljava.lang.StackTraceElement;", "[Ljava.lang.Throwable;");
        return new SerializationConfig().setAllowUnsafe(false)
                .setJavaSerializationFilterConfig(
                        new JavaSerializationFilterConfig().setDefaultsDisabled(true).setWhitelist(allowed));
    }
}
