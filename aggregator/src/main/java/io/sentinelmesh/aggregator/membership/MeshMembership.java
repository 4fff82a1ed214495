package io.sentinelmesh.aggregator.membership;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

/**
 * This aggregator as a data member of the cluster in which agents find one another. It hosts their registry (map {@value #REGISTRY}, which the
 * agents fill themselves) and says who is there; it decides nothing. No TLS yet, so it must stay on loopback unless that is waived.
 */
public final class MeshMembership implements AutoCloseable {

    public static final String CLUSTER = "sentinel-mesh";

    /** Key: the agent's id; value: one JSON string with id, name, site, address and memberAddress. */
    public static final String REGISTRY = "agents";

    /** Agents renew their entry every 20 s with this time to live; one that forgets to name it gets it all the same. */
    private static final int REGISTRY_TTL_SECONDS = 60;
    private static final int MOST_REGISTRY_ENTRIES = 10_000;
    private static final int CONNECT_TIMEOUT_SECONDS = 3;

    private static final Logger log = LoggerFactory.getLogger(MeshMembership.class);

    private final HazelcastInstance member;
    private final RememberedMembers remembered;

    private MeshMembership(HazelcastInstance member, RememberedMembers remembered) {
        this.member = member;
        this.remembered = remembered;
    }

    /**
     * Joins the cluster, or begins one. Blocks for some seconds.
     *
     * @throws MembershipException if the address cannot be bound
     */
    public static MeshMembership start(MembershipSettings settings) {
        // Its first words come before it has read any configuration of ours.
        System.setProperty("hazelcast.logging.type", "slf4j");
        RememberedMembers remembered = new RememberedMembers(settings.rememberIn());
        HazelcastInstance member;
        try {
            member = Hazelcast.newHazelcastInstance(config(settings, remembered.addresses()));
        } catch (RuntimeException failure) {
            // Of all kinds, down to plain RuntimeException.
            throw new MembershipException("the mesh membership cannot listen on " + settings.address() + " port "
                    + settings.port() + ": another program may use the port, or this host does not have the address; "
                    + "choose others with --member-port and --member-address (" + firstLine(failure) + ")", failure);
        }
        MeshMembership membership = new MeshMembership(member, remembered);
        member.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                log.info("Member {} joined, {} in all", event.getMember().getAddress(), event.getMembers().size());
                membership.remember();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                log.info("Member {} is gone, {} remain", event.getMember().getAddress(), event.getMembers().size());
            }
        });
        membership.remember();
        return membership;
    }

    private static String firstLine(RuntimeException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static Config config(MembershipSettings settings, List<String> remembered) {
        Config config = new Config();
        config.setClusterName(CLUSTER);
        config.setInstanceName("aggregator-" + settings.address() + "-" + settings.port());
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "5");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "10");
        smallFootprint(config);
        // By property: interface matching knows only addresses that stand on an interface, and of 127.0.0.0/8 only the first does.
        config.setProperty("hazelcast.local.localAddress", settings.address());
        network(config.getNetworkConfig(), settings, remembered);
        config.addMapConfig(new MapConfig(REGISTRY).setBackupCount(1).setTimeToLiveSeconds(REGISTRY_TTL_SECONDS)
                .setEvictionConfig(new EvictionConfig().setEvictionPolicy(EvictionPolicy.LRU)
                        .setMaxSizePolicy(MaxSizePolicy.PER_NODE).setSize(MOST_REGISTRY_ENTRIES)));
        return config;
    }

    /** Its work is a few messages a second: threads and buffers for that, not for a data grid. */
    private static void smallFootprint(Config config) {
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.setProperty("hazelcast.partition.count", "31");
        config.setProperty("hazelcast.operation.thread.count", "2");
        config.setProperty("hazelcast.operation.generic.thread.count", "2");
        config.setProperty("hazelcast.operation.priority.generic.thread.count", "1");
        config.setProperty("hazelcast.operation.response.thread.count", "1");
        config.setProperty("hazelcast.io.thread.count", "1");
        config.setProperty("hazelcast.io.input.thread.count", "1");
        config.setProperty("hazelcast.io.output.thread.count", "1");
        config.setProperty("hazelcast.event.thread.count", "1");
        config.setProperty("hazelcast.clientengine.thread.count", "2");
        config.setProperty("hazelcast.clientengine.query.thread.count", "1");
        config.setProperty("hazelcast.clientengine.blocking.thread.count", "1");
        // In kilobytes, one each way per member.
        config.setProperty("hazelcast.socket.receive.buffer.size", "16");
        config.setProperty("hazelcast.socket.send.buffer.size", "16");
    }

    private static void network(NetworkConfig network, MembershipSettings settings, List<String> remembered) {
        network.setPort(settings.port()).setPortAutoIncrement(false);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(CONNECT_TIMEOUT_SECONDS);
        Set<String> seeds = new LinkedHashSet<>(settings.seeds());
        seeds.addAll(remembered);
        seeds.add(MembershipSettings.hostAndPort(settings.address(), settings.port()));
        seeds.forEach(join.getTcpIpConfig()::addMember);
    }

    private void remember() {
        Member self = member.getCluster().getLocalMember();
        remembered.saw(member.getCluster().getMembers().stream().filter(other -> !other.equals(self))
                .map(other -> MembershipSettings.hostAndPort(other.getAddress().getHost(),
                        other.getAddress().getPort()))
                .toList());
    }

    /** Members present now, this one included. */
    public int size() {
        return member.getCluster().getMembers().size();
    }

    /** What the agents say of themselves, one JSON string each. */
    public List<String> registry() {
        return List.copyOf(member.<String, String>getMap(REGISTRY).values());
    }

    /** Leaves in good order, which hands the registry to another data member. */
    @Override
    public void close() {
        member.shutdown();
    }

    /** At once, without handing over anything. */
    public void terminate() {
        member.getLifecycleService().terminate();
    }
}
