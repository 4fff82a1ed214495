package io.sentinelmesh.aggregator;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.aggregator.door.DoorSettings;
import io.sentinelmesh.aggregator.identity.TrustSettings;
import io.sentinelmesh.aggregator.membership.MembershipSettings;
import io.sentinelmesh.db.StoreConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a store that fails at the start does to the program. */
class ProgramTest {

    private final FakeStore store = new FakeStore();

    @TempDir
    Path dir;

    private AggregatorSettings settings(String memberAddress) {
        return new AggregatorSettings(dir,
                new Listeners(new ListenSettings("127.0.0.1", 0, Optional.empty()),
                        new DoorSettings("127.0.0.1", 0), 0, false),
                TrustSettings.in(dir, Optional.empty(), List.of("localhost")),
                StoreConfig.embedded(dir.resolve("postgres")),
                new MembershipSettings(memberAddress, 0, List.of(), dir.resolve("members")), false);
    }

    @Test
    void a_store_that_fails_at_the_start_is_closed_and_named() {
        store.goesAway("relation \"agent\" does not exist");

        assertThatThrownBy(() -> Program.start(settings("127.0.0.1"), () -> store))
                .isInstanceOfSatisfying(StartupException.class, failure -> assertThat(failure.exitCode()).isEqualTo(1))
                .hasMessageContaining("database").hasMessageContaining("relation \"agent\" does not exist");
        assertThat(store.closed()).isTrue();
    }

    @Test
    void a_start_without_what_was_usual_is_a_start() {
        store.forgetsMedians();

        try (Program program = Program.start(settings("127.0.0.1"), () -> store)) {
            assertThat(program.url()).startsWith("http://127.0.0.1:");
        }
    }

    @Test
    void a_membership_that_cannot_start_ends_the_start_instead_of_holding_it_up() {
        assertThatThrownBy(() -> Program.start(settings("192.0.2.1"), () -> store))
                .isInstanceOf(StartupException.class).hasMessageContaining("--member-address");
        assertThat(store.closed()).isTrue();
    }
}
