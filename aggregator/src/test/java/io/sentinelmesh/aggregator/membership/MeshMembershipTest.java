package io.sentinelmesh.aggregator.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void one_that_restarts_finds_the_others_by_what_it_remembers() throws IOException {
        int first = freePort();
        int second = freePort();
        try (MeshMembership stays = MeshMembership.start(settings(first, "first"))) {
            MeshMembership leaves = MeshMembership.start(settings(second, "second", LOOPBACK + ":" + first));
            await().atMost(Duration.ofSeconds(10)).until(() -> stays.size() == 2);
            leaves.terminate();
            assertThat(Files.readAllLines(dir.resolve("second"))).containsExactly(LOOPBACK + ":" + first);

            try (MeshMembership again = MeshMembership.start(settings(second, "second"))) {
                assertThat(again.size()).isEqualTo(2);
            }
        }
    }

    @Test
    void a_port_in_use_is_named_with_the_remedy() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            assertThatThrownBy(() -> MeshMembership.start(settings(other.getLocalPort(), "members")))
                    .isInstanceOf(MembershipException.class)
                    .hasMessageContaining(String.valueOf(other.getLocalPort())).hasMessageContaining("--member-port");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.5", "::1", "[::1]"})
    void any_address_that_can_be_bound_will_do(String address) throws IOException {
        int first = freePort();
        int second = freePort();
        try (MeshMembership one = MeshMembership
                .start(new MembershipSettings(address, first, List.of(), dir.resolve("one")));
                MeshMembership two = MeshMembership.start(new MembershipSettings(address, second,
                        List.of(MembershipSettings.hostAndPort(address, first)), dir.resolve("two")))) {
            await().atMost(Duration.ofSeconds(10)).until(() -> one.size() == 2 && two.size() == 2);

            assertThat(Files.readAllLines(dir.resolve("two")))
                    .containsExactly(MembershipSettings.hostAndPort(address, first));
        }
    }

    @Test
    void an_address_of_another_host_is_named_with_the_remedy() {
        assertThatThrownBy(() -> MeshMembership
                .start(new MembershipSettings("192.0.2.1", freePort(), List.of(), dir.resolve("members"))))
                .isInstanceOf(MembershipException.class).hasMessageContaining("192.0.2.1")
                .hasMessageContaining("--member-address");
    }

    @Test
    void an_address_with_colons_is_put_in_brackets_once() {
        assertThat(MembershipSettings.hostAndPort("2001:db8::1", 7421)).isEqualTo("[2001:db8::1]:7421");
        assertThat(MembershipSettings.hostAndPort("[2001:db8::1]", 7421)).isEqualTo("[2001:db8::1]:7421");
        assertThat(MembershipSettings.hostAndPort("192.0.2.1", 7421)).isEqualTo("192.0.2.1:7421");
    }

    @Test
    void a_garbled_file_of_members_is_as_good_as_none() throws IOException {
        Path file = Files.writeString(dir.resolve("members"), "not an address\n192.0.2.7:7421\n\0\0\n");

        assertThat(new RememberedMembers(file).addresses()).containsExactly("192.0.2.7:7421");
    }

    @Test
    void those_present_come_first_and_those_gone_are_not_forgotten() {
        RememberedMembers members = new RememberedMembers(dir.resolve("members"));
        members.saw(List.of("192.0.2.1:7421", "192.0.2.2:7421"));
        members.saw(List.of("192.0.2.2:7421", "192.0.2.3:7421"));
        members.saw(List.of());

        assertThat(new RememberedMembers(dir.resolve("members")).addresses()).containsExactly("192.0.2.2:7421",
                "192.0.2.3:7421", "192.0.2.1:7421");
    }

    @Test
    void only_so_many_are_remembered() {
        RememberedMembers members = new RememberedMembers(dir.resolve("members"));
        for (int i = 0; i < 100; i++) {
            members.saw(List.of("192.0.2." + i + ":7421"));
        }

        assertThat(members.addresses()).hasSize(RememberedMembers.MOST).startsWith("192.0.2.99:7421");
    }
}
