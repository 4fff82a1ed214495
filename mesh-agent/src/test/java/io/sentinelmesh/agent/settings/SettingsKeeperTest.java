package io.sentinelmesh.agent.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.settings.Selector;
import io.sentinelmesh.settings.Settings;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsKeys;
import io.sentinelmesh.wire.Frame;

import static org.assertj.core.api.Assertions.assertThat;

class SettingsKeeperTest {

    private static final Selector.Member SELF = new Selector.Member("fra-1", "fra");
    private static final Frame.Settings TWENTY = new Frame.Settings(1, "rounds: { packets: 20 }");
    private static final Frame.Settings FAULTY = new Frame.Settings(2, "rounds:\n  packets: none\n");

    @TempDir
    private Path place;
    private DataFolder folder;
    private final List<Settings> used = new ArrayList<>();
    private Optional<RuntimeException> userFails = Optional.empty();

    @BeforeEach
    void open() {
        folder = DataFolder.open(place);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void a_document_in_order_is_used_kept_and_accepted() {
        SettingsKeeper keeper = keeper();

        Frame.SettingsReply reply = keeper.hear(TWENTY);

        assertThat(reply).isEqualTo(new Frame.SettingsReply(1, true, "", List.of()));
        assertThat(packetsUsed()).containsExactly(20);
        assertThat(keeper.status()).isEqualTo(new SettingsStatus(1, "rounds.packets=20", List.of(), Optional.empty()));
    }

    @Test
    void a_faulty_document_is_refused_with_place_and_remedy_and_changes_nothing() {
        SettingsKeeper keeper = keeper();
        keeper.hear(TWENTY);

        Frame.SettingsReply reply = keeper.hear(FAULTY);

        assertThat(reply.accepted()).isFalse();
        assertThat(reply.reason()).isEqualTo(
                "line 2, column 12: \"rounds.packets\" is 'none': write a whole number from 1 to 1000");
        assertThat(packetsUsed()).containsExactly(20);
        assertThat(keeper.status().version()).isEqualTo(1);
        assertThat(keeper.status().refused()).contains(new SettingsStatus.Refused(2, reply.reason()));
        assertThat(keeper().inForce().get(SettingsKeys.PACKETS_PER_ROUND)).isEqualTo(20);
    }

    @Test
    void a_restart_begins_with_the_last_document_that_was_taken() {
        keeper().hear(TWENTY);
        used.clear();

        SettingsKeeper restarted = keeper();

        assertThat(restarted.inForce().get(SettingsKeys.PACKETS_PER_ROUND)).isEqualTo(20);
        assertThat(restarted.status().version()).isEqualTo(1);
        assertThat(used).as("what it begins with is asked for").isEmpty();
    }

    @Test
    void the_same_again_costs_nothing_and_is_accepted() throws Exception {
        SettingsKeeper keeper = keeper();
        keeper.hear(TWENTY);
        FileTime longAgo = FileTime.from(Instant.EPOCH);
        Files.setLastModifiedTime(place.resolve(SettingsFile.NAME), longAgo);

        assertThat(keeper.hear(TWENTY).accepted()).isTrue();

        assertThat(used).hasSize(1);
        assertThat(Files.getLastModifiedTime(place.resolve(SettingsFile.NAME))).isEqualTo(longAgo);
    }

    @Test
    void what_its_own_file_pins_stays_and_is_told() {
        SettingsKeeper keeper = keeper("rounds: { packets: 5 }");

        Frame.SettingsReply reply = keeper.hear(new Frame.Settings(1, "rounds: { packets: 20, length: 20s }"));

        assertThat(reply).isEqualTo(new Frame.SettingsReply(1, true, "", List.of("rounds.packets")));
        assertThat(packetsUsed()).containsExactly(5);
        assertThat(keeper.status().differing()).isEqualTo("rounds.length=20s, rounds.packets=5 (pinned)");
    }

    @Test
    void a_document_that_does_not_go_with_what_is_pinned_is_refused() {
        SettingsKeeper keeper = keeper("rounds: { length: 1s }");

        Frame.SettingsReply reply = keeper.hear(new Frame.Settings(1, "rounds: { loss-threshold: 2s }"));

        assertThat(reply.accepted()).isFalse();
        assertThat(reply.reason()).contains("pinned by this agent's own file");
        assertThat(reply.pinned()).containsExactly("rounds.length");
        assertThat(used).isEmpty();
    }

    @Test
    void a_document_of_a_newer_schema_is_refused_with_the_place_of_what_is_not_known() {
        Frame.SettingsReply reply = keeper().hear(new Frame.Settings(1, "schema: 2\nrounds:\n  colour: red\n"));

        assertThat(reply.accepted()).isFalse();
        assertThat(reply.reason()).startsWith("line 3, column 3: unknown key \"rounds.colour\"").contains("schema 2");
    }

    @Test
    void an_override_concerns_whom_it_names() {
        SettingsKeeper keeper = keeper();

        keeper.hear(new Frame.Settings(1, "overrides:\n- agents: { site: fra }\n  rounds: { packets: 30 }\n"
                + "- agents: { site: par }\n  rounds: { packets: 40 }\n"));

        assertThat(packetsUsed()).containsExactly(30);
    }

    @Test
    void what_cannot_be_put_in_force_is_undone_and_refused() {
        SettingsKeeper keeper = keeper();
        userFails = Optional.of(new IllegalStateException("no sockets left"));

        Frame.SettingsReply reply = keeper.hear(TWENTY);

        assertThat(reply.accepted()).isFalse();
        assertThat(reply.reason()).isEqualTo("it cannot be put in force here: no sockets left");
        assertThat(packetsUsed()).containsExactly(20, 10);
        assertThat(keeper.status().version()).isZero();
        assertThat(place.resolve(SettingsFile.NAME)).doesNotExist();
    }

    @Test
    void a_disk_that_takes_nothing_does_not_keep_settings_from_being_in_force() throws Exception {
        SettingsKeeper keeper = keeper();
        // What is written first goes there; a folder in its place cannot be opened for writing, not even by root.
        Files.createDirectory(place.resolve(SettingsFile.NAME + ".new"));

        Frame.SettingsReply reply = keeper.hear(TWENTY);

        assertThat(reply.accepted()).isTrue();
        assertThat(reply.reason()).startsWith("in force, but not kept on disk");
        assertThat(packetsUsed()).containsExactly(20);
    }

    @Test
    void a_file_that_is_torn_or_of_another_kind_is_passed_over() throws Exception {
        Files.writeString(place.resolve(SettingsFile.NAME), "{\"version\":3,\"docum");
        assertThat(keeper().inForce()).isEqualTo(Settings.STANDARD);

        Files.writeString(place.resolve(SettingsFile.NAME), "{\"version\":3}");
        assertThat(keeper().inForce()).isEqualTo(Settings.STANDARD);

        Files.writeString(place.resolve(SettingsFile.NAME), "{\"version\":3,\"document\":\"colour: red\"}");
        assertThat(keeper().status().version()).isZero();
    }

    private SettingsKeeper keeper(String... pins) {
        return new SettingsKeeper(SELF,
                pins.length == 0 ? SettingsDocument.EMPTY : SettingsDocument.parsePins(pins[0]),
                new SettingsFile(folder), now -> {
                    used.add(now);
                    Optional<RuntimeException> failure = userFails;
                    userFails = Optional.empty();
                    failure.ifPresent(e -> {
                        throw e;
                    });
                });
    }

    private List<Integer> packetsUsed() {
        return used.stream().map(settings -> settings.get(SettingsKeys.PACKETS_PER_ROUND)).toList();
    }
}
