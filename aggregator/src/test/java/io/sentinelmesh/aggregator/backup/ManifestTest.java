package io.sentinelmesh.aggregator.backup;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.db.dump.DumpedTable;
import io.sentinelmesh.db.dump.StoreDump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ManifestTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void what_was_written_is_read_back() {
        Manifest manifest = new Manifest("1.0", NOON, new StoreDump("12", List.of(
                new DumpedTable("node", List.of("number", "id"), 3, Optional.empty()),
                new DumpedTable("tile", List.of("time"), 7,
                        Optional.of(new DumpedTable.Times(NOON, NOON.plusSeconds(10)))))),
                List.of("api-token", "ca/authority-1.pem"));

        assertThat(Manifest.parse(manifest.json())).isEqualTo(manifest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"form\":1}", "{\"form\":\"one\"}",
            "{\"form\":1,\"release\":\"1\",\"madeAt\":\"noon\",\"schema\":\"1\",\"tables\":[],\"files\":[]}",
            "{\"form\":1,\"release\":\"1\",\"madeAt\":\"2026-11-21T12:00:00Z\",\"schema\":\"1\",\"tables\":[1],\"files\":[]}"})
    void what_nobody_wrote_is_called_damaged(String text) {
        assertThatThrownBy(() -> Manifest.parse(text)).isInstanceOf(BackupException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void another_form_names_the_remedy() {
        assertThatThrownBy(() -> Manifest.parse("{\"form\":2}")).isInstanceOf(BackupException.class)
                .hasMessageContaining("use the release");
    }
}
