package io.sentinelmesh.aggregator.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.StoreConfig;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BackupTest {

    @TempDir
    private Path folder;

    private void make(Path dataFolder, Path target) {
        Backup.make(dataFolder, new StoreConfig.Target.Embedded(dataFolder.resolve("postgres")), target, "1",
                Instant.EPOCH, (_, _) -> {
                });
    }

    @Test
    void a_backup_is_never_a_part_of_itself() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path inside = Files.createDirectory(data.resolve("ca"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), inside);

        for (Path target : new Path[]{data.resolve("mesh.backup"), inside.resolve("x"), link.resolve("x")}) {
            assertThatThrownBy(() -> make(data, target)).isInstanceOf(BackupException.class)
                    .hasMessageContaining("in the data folder itself");
        }
    }

    @Test
    void without_a_data_folder_or_a_place_for_the_file_that_is_said_at_once() throws IOException {
        assertThatThrownBy(() -> make(folder.resolve("none"), folder.resolve("x")))
                .hasMessageContaining("there is no data folder");
        Path data = Files.createDirectory(folder.resolve("data"));
        assertThatThrownBy(() -> make(data, folder.resolve("none/x"))).hasMessageContaining("cannot write");
        Files.createFile(folder.resolve("taken"));
        assertThatThrownBy(() -> make(data, folder.resolve("taken"))).hasMessageContaining("is there already");
    }
}
