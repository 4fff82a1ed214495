package io.sentinelmesh.agent.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Real members on loopback: a data member standing for the aggregator, and agents. */
class HazelcastMembershipIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void agents_hear_of_one_another_and_of_a_goodbye_but_not_of_a_death() throws Exception {
        int dataPort = freePort();
        aggregator(dataPort);
        Heard lyon = new Heard();
        Heard oslo = new Heard();
        HazelcastMembership lyonMember = agent("lyon", dataPort, lyon);
        HazelcastMembership osloMember = agent("oslo", dataPort, oslo);

        await().atMost(LIMIT).until(() -> lyon.present.contains("oslo") && oslo.present.contains("lyon"));

        osloMember.close();
        await().atMost(LIMIT).until(() -> lyon.left.size() == 1);
        assertThat(lyonMember).isNotNull();
        assertThat(oslo.left).isEmpty();
    }

    @Test
    void agents_of_one_host_stand_on_loopback_addresses_of_their_own() throws Exception {
        int dataPort = freePort();
        aggregator(dataPort);
        Heard lyon = new Heard();
        agent("lyon", InetAddress.ofLiteral("127.0.0.77"), dataPort, dataPort, lyon);

        await().atMost(LIMIT).until(() -> lyon.present.contains("lyon"));
    }

    @Test
    void a_taken_port_is_tried_again_until_it_is_free() throws Exception {
        Heard lyon = new Heard();
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            agent("lyon", port, port, lyon);
            await().during(Duration.ofSeconds(2)).atMost(LIMIT).until(lyon.present::isEmpty);
        }
        int dataPort = freePort();
        aggregator(dataPort, port);

        await().atMost(LIMIT.multipliedBy(3)).until(() -> lyon.present.contains("lyon"));
    }

    @Test
    void an_agent_remembers_members_for_its_next_start() throws Exception {
        int dataPort = freePort();
        aggregator(dataPort);
        agent("lyon", dataPort, new Heard());

        await().atMost(LIMIT)
                .until(() -> Files.exists(folder.resolve("lyon/members"))
                        && Files.readString(folder.resolve("lyon/members")).contains("127.0.0.1:" + dataPort));
    }

    @Test
    void without_any_data_member_the_agent_goes_on_and_finds_the_registry_when_one_comes() throws Exception {
        int dataPort = freePort();
        int lyonPort = freePort();
        Heard lyon = new Heard();
        agent("lyon", lyonPort, dataPort, lyon);
        await().atMost(LIMIT).until(() -> Files.exists(folder.resolve("lyon/lock")));

        // An aggregator that restarts has the last known members as seeds.
        aggregator(dataPort, lyonPort);

        await().atMost(LIMIT.multipliedBy(2)).until(() -> lyon.present.contains("lyon"));
    }

    private void aggregator(int port, int... seeds) {
        Config config = new HazelcastSettings(membership(InetAddress.getLoopbackAddress(), port, seeds),
                data("aggregator")).toConfig();
        config.setLiteMember(false);
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
        opened.add(() -> member.getLifecycleService().terminate());
    }

    private HazelcastMembership agent(String name, int seed, Heard heard) throws IOException {
        return agent(name, freePort(), seed, heard);
    }

    private HazelcastMembership agent(String name, int port, int seed, Heard heard) {
        return agent(name, InetAddress.getLoopbackAddress(), port, seed, heard);
    }

    private HazelcastMembership agent(String name, InetAddress address, int port, int seed, Heard heard) {
        MeshNode self = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, name, "192.0.2.1");
        HazelcastMembership membership = HazelcastMembership.start(self,
                new HazelcastSettings(membership(address, port, seed), data(name)), heard);
        opened.add(membership);
        return membership;
    }

    private DataFolder data(String name) {
        DataFolder data = DataFolder.open(folder.resolve(name));
        opened.add(data);
        return data;
    }

    private static AgentConfig.Membership membership(InetAddress address, int port, int... seeds) {
        List<InetSocketAddress> list = new ArrayList<>();
        for (int seed : seeds) {
            list.add(InetSocketAddress.createUnresolved("127.0.0.1", seed));
        }
        return new AgentConfig.Membership(address, port, list);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class Heard implements RegistryListener {

        private final Set<String> present = ConcurrentHashMap.newKeySet();
        private final Set<NodeId> left = ConcurrentHashMap.newKeySet();

        @Override
        public void present(MeshNode agent) {
            present.add(agent.name());
        }

        @Override
        public void left(NodeId agent) {
            left.add(agent);
        }
    }
}
