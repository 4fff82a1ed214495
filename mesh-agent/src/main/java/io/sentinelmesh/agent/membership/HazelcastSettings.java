package io.sentinelmesh.agent.membership;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.identity.DataFolder;

/** How an agent takes part: small, quiet, on one address, found by seeds alone. */
public final class HazelcastSettings {

    private static final Logger LOG = LoggerFactory.getLogger(HazelcastSettings.class);

    static final String CLUSTER = "sentinel-mesh";
    private static final String MEMBERS_FILE = "members";
    /** Remembered members beyond this add nothing: any one of them leads to the rest. */
    private static final int MAX_REMEMBERED = 64;

    private final AgentConfig.Membership membership;
    private final DataFolder folder;
    private Set<String> remembered;

    public HazelcastSettings(AgentConfig.Membership membership, DataFolder folder) {
        this.membership = membership;
        this.folder = folder;
        this.remembered = readRemembered(folder.path(MEMBERS_FILE));
    }

    String memberAddress() {
        return text(membership.address().getHostAddress(), membership.port());
    }

    Config toConfig() {
        Config config = new Config();
        config.setClusterName(CLUSTER);
        config.setLiteMember(true);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.socket.server.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        // A frozen peer is noticed within 15 s; two clusters that meet again merge within half a minute.
        config.setProperty("hazelcast.heartbeat.interval.seconds", "2");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "10");
        // An operation waits this long at most for a data member that is not there.
        config.setProperty("hazelcast.operation.call.timeout.millis", "5000");
        config.setProperty("hazelcast.invocation.max.retry.count", "5");
        // Membership only: the defaults are sized for a data grid.
        config.setProperty("hazelcast.partition.count", "31");
        config.setProperty("hazelcast.operation.thread.count", "2");
        config.setProperty("hazelcast.operation.generic.thread.count", "2");
        config.setProperty("hazelcast.operation.priority.generic.thread.count", "1");
        config.setProperty("hazelcast.operation.response.thread.count", "1");
        config.setProperty("hazelcast.io.thread.count", "1");
        config.setProperty("hazelcast.io.input.thread.count", "1");
        config.setProperty("hazelcast.io.output.thread.count", "1");
        config.setProperty("hazelcast.event.thread.count", "1");
        config.setProperty("hazelcast.clientengine.thread.count", "1");
        config.setProperty("hazelcast.clientengine.query.thread.count", "1");
        config.setProperty("hazelcast.clientengine.blocking.thread.count", "1");
        config.setProperty("hazelcast.socket.receive.buffer.size", "16");
        config.setProperty("hazelcast.socket.send.buffer.size", "16");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);

        config.getNetworkConfig().setPort(membership.port()).setPortAutoIncrement(false);
        // By property, because interface matching knows only addresses that stand on an interface: 127.0.0.11 can be
        // bound, and several agents of one host are told apart by such addresses, but no interface lists it.
        config.setProperty("hazelcast.local.localAddress", membership.address().getHostAddress());
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(3);
        Set<String> seeds = new LinkedHashSet<>();
        for (InetSocketAddress seed : membership.seeds()) {
            seeds.add(text(seed.getHostString(), seed.getPort()));
        }
        seeds.addAll(remembered);
        seeds.remove(memberAddress());
        seeds.forEach(join.getTcpIpConfig()::addMember);
        return config;
    }

    /** Members seen now are seeds at the next start: an agent that comes back finds the mesh without its first seed. */
    void rememberMembers(Cluster cluster) {
        Set<String> now = new TreeSet<>();
        for (Member member : cluster.getMembers()) {
            if (!member.localMember() && now.size() < MAX_REMEMBERED) {
                now.add(text(member.getAddress().getHost(), member.getAddress().getPort()));
            }
        }
        if (now.isEmpty() || now.equals(remembered)) {
            return;
        }
        remembered = now;
        try {
            folder.write(MEMBERS_FILE, String.join("\n", now) + "\n");
        } catch (UncheckedIOException e) {
            LOG.warn("{}: the members seen now are forgotten at the next start", e.getMessage());
        }
    }

    private static Set<String> readRemembered(Path file) {
        if (!Files.exists(file)) {
            return Set.of();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            Set<String> members = new TreeSet<>();
            for (String line : lines.subList(0, Math.min(lines.size(), MAX_REMEMBERED))) {
                if (line.matches("[0-9A-Za-z.:\\[\\]-]{3,280}")) {
                    members.add(line);
                }
            }
            return members;
        } catch (IOException e) {
            LOG.warn("cannot read {}: starting with the configured seeds only", file);
            return Set.of();
        }
    }

    private static String text(String host, int port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
