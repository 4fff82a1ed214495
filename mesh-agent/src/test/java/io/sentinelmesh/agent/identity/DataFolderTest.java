package io.sentinelmesh.agent.identity;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DataFolderTest {

    @TempDir
    private Path folder;

    @Test
    void an_agent_is_the_same_agent_after_a_restart() {
        NodeId first;
        try (DataFolder data = DataFolder.open(folder)) {
            first = data.identity();
        }

        try (DataFolder data = DataFolder.open(folder)) {
            assertThat(data.identity()).isEqualTo(first);
        }
    }

    @Test
    void a_spoilt_identity_is_refused_with_the_remedy_instead_of_becoming_a_new_agent() throws Exception {
        Files.writeString(folder.resolve("agent-id"), "garbage");

        try (DataFolder data = DataFolder.open(folder)) {
            assertThatThrownBy(data::identity).isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("agent-id")
                    .hasMessageContaining("restore it from a backup");
        }
    }

    @Test
    void a_folder_that_cannot_be_made_is_refused_with_the_remedy() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.open(file.resolve("below"))).isInstanceOf(DataFolderException.class)
                .hasMessageContaining("--data-dir");
    }
}
