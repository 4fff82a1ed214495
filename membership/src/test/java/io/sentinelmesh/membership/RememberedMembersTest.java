package io.sentinelmesh.membership;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class RememberedMembersTest {

    @TempDir
    private Path dir;

    @Test
    void an_address_with_colons_is_put_in_brackets_once() {
        assertThat(SeatSettings.hostAndPort("2001:db8::1", 7421)).isEqualTo("[2001:db8::1]:7421");
        assertThat(SeatSettings.hostAndPort("[2001:db8::1]", 7421)).isEqualTo("[2001:db8::1]:7421");
        assertThat(SeatSettings.hostAndPort("192.0.2.1", 7421)).isEqualTo("192.0.2.1:7421");
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
