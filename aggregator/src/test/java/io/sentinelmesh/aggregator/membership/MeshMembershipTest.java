package io.sentinelmesh.aggregator.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.MembershipException;
import io.sentinelmesh.membership.SeatSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class MeshMembershipTest {

    private static final String LOOPBACK = "127.0.0.1";

    @TempDir
    Path dir;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    private MembershipSettings settings(int port, String file, String... seeds) {
        return new MembershipSettings(LOOPBACK, port, List.of(seeds), dir.resolve(file));
    }

    private static MeshMembership start(MembershipSettings settings) {
        return MeshMembership.start(settings, NodeId.random(), Optional.empty());
    }

    @Test
    void one_that_restarts_finds_the_others_by_what_it_remembers() throws IOException {
        int first = freePort();
        int second = freePort();
        try (MeshMembership stays = start(settings(first, "first"))) {
            MeshMembership leaves = start(settings(second, "second", LOOPBACK + ":" + first));
            await().atMost(Duration.ofSeconds(10)).until(() -> stays.size() == 2);
            leaves.terminate();
            assertThat(Files.readAllLines(dir.resolve("second"))).containsExactly(LOOPBACK + ":" + first);

            try (MeshMembership again = start(settings(second, "second"))) {
                assertThat(again.size()).isEqualTo(2);
            }
        }
    }

    @Test
    void a_port_in_use_is_named_with_the_remedy() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            assertThatThrownBy(() -> start(settings(other.getLocalPort(), "members")))
                    .isInstanceOf(MembershipException.class)
                    .hasMessageContaining(String.valueOf(other.getLocalPort())).hasMessageContaining("--member-port");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.5", "::1", "[::1]"})
    void any_address_that_can_be_bound_will_do(String address) throws IOException {
        int first = freePort();
        int second = freePort();
        try (MeshMembership one = start(
                new MembershipSettings(address, first, List.of(), dir.resolve("one")));
                MeshMembership two = start(new MembershipSettings(address, second,
                        List.of(SeatSettings.hostAndPort(address, first)), dir.resolve("two")))) {
            await().atMost(Duration.ofSeconds(10)).until(() -> one.size() == 2 && two.size() == 2);

            assertThat(Files.readAllLines(dir.resolve("two")))
                    .containsExactly(SeatSettings.hostAndPort(address, first));
        }
    }

    @Test
    void an_address_of_another_host_is_named_with_the_remedy() {
        assertThatThrownBy(() -> start(
                new MembershipSettings("192.0.2.1", freePort(), List.of(), dir.resolve("members"))))
                .isInstanceOf(MembershipException.class).hasMessageContaining("192.0.2.1")
                .hasMessageContaining("--member-address");
    }
}
