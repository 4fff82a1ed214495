package io.sentinelmesh.membership;

import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.core.HazelcastInstance;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.TlsIdentity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Real members on loopback, some of them in processes of their own. */
@Execution(ExecutionMode.CONCURRENT)
class ClusterSeatIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** It must first learn that it was put out, then merge: two or three rounds of 10 s, and a busy machine. */
    private static final Duration REJOINED = Duration.ofMinutes(3);
    private static final Duration LIFE = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String SECRET = "{\"id\":\"registry-entry-that-nobody-else-may-read\"}";

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
    void nothing_that_passes_between_members_can_be_read() throws Exception {
        TestMesh mesh = new TestMesh(folder.resolve("ca"));
        NodeId agent = NodeId.random();

        String seen = passing(Optional.of(mesh.aggregator(NodeId.random())), agent, Optional.of(mesh.agent(agent)));

        assertThat(seen).hasSizeGreaterThan(5_000);
        assertThat(seen).doesNotContain("sentinel-mesh", agent.toString(), "registry-entry-that", "agentId",
                "hazelcast",
                "HZC");
    }

    /** That the test above would notice. */
    @Test
    void in_plain_text_all_of_it_can_be_read() throws Exception {
        NodeId agent = NodeId.random();

        String seen = passing(Optional.empty(), agent, Optional.empty());

        assertThat(seen).contains("sentinel-mesh", agent.toString(), "registry-entry-that", "agentId", "HZC");
    }

    /** A member and a client join through the proxy, write and read. */
    private String passing(Optional<TlsIdentity> aggregatorTls, NodeId agent, Optional<TlsIdentity> agentTls)
            throws Exception {
        int port = freePort();
        ClusterSeat aggregator = seat(SeatSettings.Kind.DATA, NodeId.random(), port, aggregatorTls);
        RecordingProxy proxy = new RecordingProxy(port);
        opened.add(proxy);
        // A client speaks to the address that it was given; a member's connection to a seed is kept as well.
        ClusterSeat client = seat(SeatSettings.Kind.CLIENT, agent, 0, agentTls, proxy.port());
        client.put(agent.toString(), SECRET, LIFE);
        assertThat(client.registry()).contains(SECRET);
        ClusterSeat member = seat(SeatSettings.Kind.LITE, agent, freePort(), agentTls, proxy.port());
        await().atMost(LIMIT).until(() -> aggregator.members() == 2);
        await().atMost(LIMIT).ignoreException(MembershipException.class)
                .until(() -> member.registry().contains(SECRET));
        return proxy.seen();
    }

    @Test
    void a_member_that_freezes_is_noticed_within_fifteen_seconds() throws Exception {
        int port = freePort();
        ClusterSeat aggregator = seat(SeatSettings.Kind.DATA, NodeId.random(), port, Optional.empty());
        Process other = memberProcess(freePort(), port);
        await().atMost(LIMIT).until(() -> aggregator.members() == 2);

        signal("STOP", other);
        long frozen = System.nanoTime();
        await().atMost(LIMIT).until(() -> aggregator.members() == 1);

        assertThat(Duration.ofNanos(System.nanoTime() - frozen)).isLessThan(Duration.ofSeconds(15));
        signal("CONT", other);
        await().atMost(REJOINED).until(() -> aggregator.members() == 2);
    }

    private Process memberProcess(int port, int seed) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
                MemberProcess.class.getName(), String.valueOf(port), String.valueOf(seed),
                folder.resolve("process-members").toString()).redirectErrorStream(true)
                .redirectOutput(new File("/dev/null")).start();
        opened.add(() -> process.destroyForcibly().waitFor(10, TimeUnit.SECONDS));
        return process;
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start().waitFor())
                .isZero();
    }

    /** The other process of the test above. */
    static final class MemberProcess {

        private MemberProcess() {
        }

        public static void main(String[] arguments) throws InterruptedException {
            ClusterSeat.take(
                    new SeatSettings(NodeId.random(), SeatSettings.Kind.LITE, LOOPBACK, Integer.parseInt(arguments[0]),
                            List.of(LOOPBACK + ":" + arguments[1]), Path.of(arguments[2]), Optional.empty()),
                    new Quiet());
            Thread.currentThread().join();
        }
    }

    @Test
    void two_halves_that_meet_again_become_one_mesh_under_tls() throws Exception {
        TestMesh mesh = new TestMesh(folder.resolve("ca"));
        NodeId one = NodeId.random();
        NodeId two = NodeId.random();
        int onePort = freePort();
        int twoPort = freePort();
        // Each begins a mesh of its own, for the other isn't there yet or not known.
        ClusterSeat first = seat(SeatSettings.Kind.DATA, one, onePort, Optional.of(mesh.aggregator(one)), twoPort);
        ClusterSeat second = seat(SeatSettings.Kind.DATA, two, twoPort, Optional.of(mesh.aggregator(two)));
        assertThat(second.members()).isEqualTo(1);
        // Who merges alone asks nobody: only halves of two and more agree among themselves first.
        ClusterSeat withFirst = lite(mesh, onePort);
        ClusterSeat withSecond = lite(mesh, twoPort);

        await().atMost(LIMIT).until(() -> Stream.of(first, second, withFirst, withSecond)
                .allMatch(seat -> seat.members() == 4));
    }

    private ClusterSeat lite(TestMesh mesh, int seed) throws Exception {
        NodeId id = NodeId.random();
        return seat(SeatSettings.Kind.LITE, id, freePort(), Optional.of(mesh.agent(id)), seed);
    }

    @Test
    void an_object_in_the_registry_is_not_made_again_when_it_is_read() throws Exception {
        int port = freePort();
        ClusterSeat aggregator = seat(SeatSettings.Kind.DATA, NodeId.random(), port, Optional.empty());
        HazelcastInstance insider = HazelcastClient.newHazelcastClient(ClusterConfig.client(
                settings(SeatSettings.Kind.CLIENT, NodeId.random(), 0, Optional.empty()),
                List.of(LOOPBACK + ":" + port)));
        opened.add(insider::shutdown);
        insider.getMap(ClusterConfig.REGISTRY).set("trap", new Trap());
        insider.getMap(ClusterConfig.REGISTRY).set("no text", List.of(1, 2));
        aggregator.put("text", "read all the same", LIFE);

        assertThat(aggregator.registry()).containsExactly("read all the same");
        assertThat(Trap.made).isFalse();
    }

    private static final class Trap implements Serializable {

        private static final long serialVersionUID = 1L;
        private static volatile boolean made;

        private void readObject(ObjectInputStream in) throws IOException {
            made = true;
        }
    }

    private ClusterSeat seat(SeatSettings.Kind kind, NodeId id, int port, Optional<TlsIdentity> identity,
            int... seeds) {
        ClusterSeat seat = ClusterSeat.take(settings(kind, id, port, identity, seeds), new Quiet());
        opened.add(seat::terminate);
        return seat;
    }

    private SeatSettings settings(SeatSettings.Kind kind, NodeId id, int port, Optional<TlsIdentity> identity,
            int... seeds) {
        List<String> addresses = new ArrayList<>();
        for (int seed : seeds) {
            addresses.add(LOOPBACK + ":" + seed);
        }
        return new SeatSettings(id, kind, LOOPBACK, port, addresses, folder.resolve("members-" + kind + id), identity);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
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
