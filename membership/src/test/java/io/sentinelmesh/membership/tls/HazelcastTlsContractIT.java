package io.sentinelmesh.membership.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import com.hazelcast.instance.BuildInfoProvider;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.ClusterSeat;
import io.sentinelmesh.membership.MembershipException;
import io.sentinelmesh.membership.SeatSettings;
import io.sentinelmesh.membership.TestMesh;
import io.sentinelmesh.trust.TlsIdentity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What our TLS expects of the pinned Hazelcast, whose internal classes it uses: real members on loopback. Whoever should not get in doesn't, and the
 * cluster that they tried is unharmed.
 */
@Execution(ExecutionMode.CONCURRENT)
class HazelcastTlsContractIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LIFE = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";

    @TempDir
    private Path folder;
    private final List<ClusterSeat> seats = new CopyOnWriteArrayList<>();
    private TestMesh mesh;
    private final NodeId aggregatorId = NodeId.random();
    private final NodeId agentId = NodeId.random();
    private TlsIdentity aggregatorTls;
    private int aggregatorPort;
    private ClusterSeat aggregator;
    private ClusterSeat agent;

    @BeforeEach
    void aMeshOfTwo() throws IOException {
        mesh = new TestMesh(folder.resolve("ca"));
        aggregatorTls = mesh.aggregator(aggregatorId);
        aggregatorPort = freePort();
        aggregator = seat(SeatSettings.Kind.DATA, aggregatorId, aggregatorPort, Optional.of(aggregatorTls));
        agent = seat(SeatSettings.Kind.LITE, agentId, freePort(), Optional.of(mesh.agent(agentId)));
        assertThat(aggregator.members()).isEqualTo(2);
        // The first writing waits until the aggregator has settled who keeps what.
        await().atMost(LIMIT).ignoreException(MembershipException.class).until(() -> {
            agent.put("first", "word", LIFE);
            return true;
        });
    }

    @AfterEach
    void leave() {
        seats.reversed().forEach(ClusterSeat::terminate);
    }

    private void assertUnharmed() {
        assertThat(aggregator.members()).isEqualTo(2);
        assertThat(agent.members()).isEqualTo(2);
        String text = "unharmed " + new Random().nextLong();
        agent.put("probe", text, LIFE);
        assertThat(aggregator.registry()).contains(text);
    }

    @Test
    void it_is_the_version_that_this_was_written_for() {
        assertThat(BuildInfoProvider.getBuildInfo().getVersion()).isEqualTo("5.7.0");
    }

    @Test
    void a_client_of_the_mesh_uses_the_same_registry() throws IOException {
        NodeId id = NodeId.random();
        ClusterSeat client = seat(SeatSettings.Kind.CLIENT, id, 0, Optional.of(mesh.agent(id)));

        client.put(id.toString(), "from the client", LIFE);

        assertThat(aggregator.registry()).contains("from the client");
        assertThat(client.members()).isEqualTo(2);
        assertUnharmed();
    }

    @Test
    void plain_text_is_refused() {
        NodeId id = NodeId.random();

        assertRefused(id, Optional.empty());
        assertUnharmed();
    }

    @Test
    void another_authority_is_refused() {
        NodeId id = NodeId.random();
        TestMesh others = new TestMesh(folder.resolve("others-ca"));

        assertRefused(id, Optional.of(others.agent(id)));
        assertUnharmed();
    }

    @Test
    void an_expired_certificate_is_refused() {
        NodeId id = NodeId.random();
        TlsIdentity.Material shortLived = mesh.agentMaterial(id, Duration.ofSeconds(1));
        // Its owner doesn't look at the clock.
        TlsIdentity identity = new TlsIdentity(shortLived, InstantSource.fixed(Instant.now()));
        await().atMost(LIMIT).until(() -> Instant.now().isAfter(shortLived.certificate().getNotAfter().toInstant()));

        assertRefused(id, Optional.of(identity));
        assertUnharmed();
    }

    @Test
    void a_revoked_certificate_is_refused() {
        NodeId id = NodeId.random();
        aggregatorTls.revoked(Set.of(id));

        assertRefused(id, Optional.of(mesh.agent(id)));
        assertUnharmed();
    }

    @Test
    void a_member_that_is_revoked_is_put_out() {
        aggregatorTls.revoked(Set.of(agentId));
        aggregator.judgePeersAgain();

        await().atMost(LIMIT).until(() -> aggregator.members() == 1);
    }

    @Test
    void nobody_gets_in_under_anothers_id() {
        NodeId thief = NodeId.random();
        NodeId victim = NodeId.random();

        assertRefused(victim, Optional.of(mesh.agent(thief)));
        assertUnharmed();
    }

    @Test
    void an_agent_does_not_become_a_keeper_of_data() {
        NodeId id = NodeId.random();

        assertThatThrownBy(() -> seat(SeatSettings.Kind.DATA, id, freePort(), Optional.of(mesh.agent(id))))
                .isInstanceOf(MembershipException.class);
        assertUnharmed();
    }

    @Test
    void strangers_who_say_nothing_or_anything_harm_nobody() throws IOException {
        List<Socket> strangers = new ArrayList<>();
        Random random = new Random(1);
        try {
            for (int i = 0; i < 3 * TlsLimits.DEFAULT.halfOpen(); i++) {
                Socket stranger = new Socket(LOOPBACK, aggregatorPort);
                strangers.add(stranger);
                if (i % 3 == 0) {
                    byte[] garbage = new byte[1 + random.nextInt(2_000)];
                    random.nextBytes(garbage);
                    write(stranger, garbage);
                } else if (i % 3 == 1) {
                    // A TLS record that never comes to its end.
                    write(stranger, new byte[]{22, 3, 1, 0x20, 0, 1, 0, 0x1f, (byte) 0xff, 3, 3});
                }
            }
            assertUnharmed();
            assertThat(aggregator.tlsCounters().orElseThrow().halfOpen())
                    .isLessThanOrEqualTo(TlsLimits.DEFAULT.halfOpen());

            // Somebody honest gets in all the same.
            NodeId id = NodeId.random();
            ClusterSeat honest = seat(SeatSettings.Kind.LITE, id, freePort(), Optional.of(mesh.agent(id)));
            assertThat(honest.members()).isEqualTo(3);
            honest.terminate();

            await().atMost(LIMIT).until(() -> aggregator.tlsCounters().orElseThrow().halfOpen() == 0);
            await().atMost(LIMIT).until(() -> strangers.stream().allMatch(HazelcastTlsContractIT::isClosedByPeer));
            await().atMost(LIMIT).until(() -> aggregator.members() == 2);
            assertUnharmed();
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException refusedAlready) {
            // So much the better.
        }
    }

    private static boolean isClosedByPeer(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().readAllBytes().length < 100;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void a_renewed_certificate_serves_the_connections_that_begin_then() throws IOException {
        NodeId id = NodeId.random();
        TlsIdentity identity = mesh.agent(id);
        identity.replace(mesh.agentMaterial(id, LIFE));

        ClusterSeat later = seat(SeatSettings.Kind.LITE, id, freePort(), Optional.of(identity));

        assertThat(later.members()).isEqualTo(3);
    }

    @Test
    void a_connection_that_broke_is_made_again_and_nobody_is_lost() throws IOException {
        // Expired between the two, then renewed: the old connections end, new ones begin.
        NodeId id = NodeId.random();
        TlsIdentity identity = mesh.agent(id);
        ClusterSeat third = seat(SeatSettings.Kind.LITE, id, freePort(), Optional.of(identity));
        long before = aggregator.tlsCounters().orElseThrow().established();
        aggregatorTls.revoked(Set.of(id));
        aggregator.judgePeersAgain();
        aggregatorTls.revoked(Set.of());

        await().atMost(LIMIT).until(() -> aggregator.tlsCounters().orElseThrow().established() > before);
        await().atMost(LIMIT).until(() -> third.members() == 3 && aggregator.members() == 3);
        third.put("again", "there", LIFE);
        assertThat(aggregator.registry()).contains("there");
    }

    /** As a member and as a client, both at once: each tries for some seconds. */
    private void assertRefused(NodeId id, Optional<TlsIdentity> identity) {
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> member = both.submit(() -> isRefused(SeatSettings.Kind.LITE, id, identity));
            Future<Boolean> client = both.submit(() -> isRefused(SeatSettings.Kind.CLIENT, id, identity));
            assertThat(member).as("as a member").succeedsWithin(LIMIT).isEqualTo(true);
            assertThat(client).as("as a client").succeedsWithin(LIMIT).isEqualTo(true);
        }
    }

    /** Not let in: it fails, or is alone in a cluster of its own. */
    private boolean isRefused(SeatSettings.Kind kind, NodeId id, Optional<TlsIdentity> identity) throws IOException {
        try {
            ClusterSeat seat = seat(kind, id, freePort(), identity);
            return kind != SeatSettings.Kind.CLIENT && seat.members() == 1;
        } catch (MembershipException refused) {
            return true;
        }
    }

    private ClusterSeat seat(SeatSettings.Kind kind, NodeId id, int port, Optional<TlsIdentity> identity) {
        ClusterSeat seat = ClusterSeat.take(
                new SeatSettings(id, kind, LOOPBACK, port, List.of(LOOPBACK + ":" + aggregatorPort),
                        folder.resolve("members-" + id), identity),
                new Quiet());
        seats.add(seat);
        return seat;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        }
    }

    private static final class Quiet implements ClusterSeat.Listener {
        @Override
        public void joined(String memberAddress, int members) {
            // The tests ask.
        }

        @Override
        public void left(String memberAddress, int members) {
            // The tests ask.
        }
    }
}
