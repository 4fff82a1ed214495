package io.sentinelmesh.agent.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.ClusterSeat;
import io.sentinelmesh.membership.DialBack;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.membership.MembershipState;
import io.sentinelmesh.membership.SeatSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Real members on loopback: a data member standing for the aggregator, and agents. */
@Execution(ExecutionMode.CONCURRENT)
class ClusterMembershipIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LOOPBACK = "127.0.0.1";

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
        ClusterMembership lyonMember = agent("lyon", dataPort, lyon);
        ClusterMembership osloMember = agent("oslo", dataPort, oslo);

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
        agent("lyon", "127.0.0.77", MembershipMode.AUTO, dataPort, dataPort, lyon);

        await().atMost(LIMIT).until(() -> lyon.present.contains("lyon"));
    }

    @Test
    void a_taken_port_is_tried_again_until_it_is_free() throws Exception {
        Heard lyon = new Heard();
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            agent("lyon", LOOPBACK, MembershipMode.MEMBER, port, port, lyon);
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
                .until(() -> Files.exists(folder.resolve("lyon-members"))
                        && Files.readString(folder.resolve("lyon-members")).contains("127.0.0.1:" + dataPort));
    }

    @Test
    void without_any_data_member_the_agent_goes_on_and_finds_the_registry_when_one_comes() throws Exception {
        int dataPort = freePort();
        int lyonPort = freePort();
        Heard lyon = new Heard();
        ClusterMembership member = agent("lyon", lyonPort, dataPort, lyon);
        await().atMost(LIMIT).until(() -> member.state().mode() == MembershipMode.MEMBER);

        // An aggregator that restarts has the last known members as seeds.
        aggregator(dataPort, lyonPort);

        await().atMost(LIMIT.multipliedBy(2)).until(() -> lyon.present.contains("lyon"));
    }

    @Test
    void a_client_hears_of_the_same_agents_as_a_member() throws Exception {
        int dataPort = freePort();
        aggregator(dataPort);
        Heard lyon = new Heard();
        Heard oslo = new Heard();
        ClusterMembership member = agent("lyon", dataPort, lyon);
        ClusterMembership client = agent("oslo", LOOPBACK, MembershipMode.CLIENT, freePort(), dataPort, oslo);

        await().atMost(LIMIT).until(() -> lyon.present.contains("oslo") && oslo.present.contains("lyon"));
        assertThat(member.state().mode()).isEqualTo(MembershipMode.MEMBER);
        assertThat(client.state().mode()).isEqualTo(MembershipMode.CLIENT);

        client.close();
        await().atMost(LIMIT).until(() -> lyon.left.size() == 1);
    }

    @Test
    void who_is_to_take_no_part_takes_none_and_says_so() throws Exception {
        ClusterMembership none = agent("lyon", LOOPBACK, MembershipMode.NONE, freePort(), freePort(), new Heard());

        await().atMost(LIMIT).until(() -> none.state().reason().equals("as configured"));
        assertThat(none.state().mode()).isEqualTo(MembershipMode.NONE);
    }

    private void aggregator(int port, int... seeds) {
        ClusterSeat member = ClusterSeat.take(seat(SeatSettings.Kind.DATA, LOOPBACK, port, "aggregator", seeds),
                new ClusterSeat.Listener() {
                    @Override
                    public void joined(String memberAddress, int members) {
                        // The agents tell.
                    }

                    @Override
                    public void left(String memberAddress, int members) {
                        // The agents tell.
                    }
                });
        opened.add(member::terminate);
    }

    private ClusterMembership agent(String name, int seed, Heard heard) throws IOException {
        return agent(name, freePort(), seed, heard);
    }

    private ClusterMembership agent(String name, int port, int seed, Heard heard) {
        return agent(name, LOOPBACK, MembershipMode.AUTO, port, seed, heard);
    }

    private ClusterMembership agent(String name, String address, MembershipMode mode, int port, int seed, Heard heard) {
        MeshNode self = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, name, "192.0.2.1");
        SeatSettings seat = seat(SeatSettings.Kind.LITE, address, port, name, seed);
        ClusterMembership membership = ClusterMembership.start(self, seat,
                new MemberChoices(mode, seat, () -> 2, DialBack.ofOneHost(), System::nanoTime), heard);
        opened.add(membership);
        return membership;
    }

    private SeatSettings seat(SeatSettings.Kind kind, String address, int port, String name, int... seeds) {
        return new SeatSettings(NodeId.random(), kind, address, port,
                Arrays.stream(seeds).mapToObj(seed -> LOOPBACK + ":" + seed).toList(),
                folder.resolve(name + "-members"), Optional.empty());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class Heard implements RegistryListener {

        private final Set<String> present = ConcurrentHashMap.newKeySet();
        private final Set<NodeId> left = ConcurrentHashMap.newKeySet();
        private final List<MembershipMode> modes = new CopyOnWriteArrayList<>();

        @Override
        public void present(MeshNode agent) {
            present.add(agent.name());
        }

        @Override
        public void left(NodeId agent) {
            left.add(agent);
        }

        @Override
        public void takesPart(MembershipState now) {
            modes.add(now.mode());
        }
    }
}
