package io.sentinelmesh.aggregator.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DataFilesTest {

    @TempDir
    private Path folder;

    @Test
    void everything_but_the_database_locks_and_memories_is_found() throws IOException {
        for (String name : new String[]{"api-token", "ca/authority-1.pem", "ca/lock", "postgres/pgdata/PG_VERSION",
                "members", ".write-test1"}) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, name);
        }

        assertThat(new DataFiles(folder).names()).containsExactly("api-token", "ca/authority-1.pem");
        assertThat(new DataFiles(folder.resolve("not there")).names()).isEmpty();
    }

    @Test
    void what_was_prepared_is_for_its_owner_only_and_there_when_it_is_taken_over() throws IOException {
        DataFiles files = new DataFiles(folder);

        Path prepared = files.prepare(Map.of("ca/key.pem", new byte[]{1, 2}));
        assertThat(files.names()).isEmpty();
        files.takeOver(prepared, List.of("ca/key.pem"));

        assertThat(prepared).doesNotExist();
        assertThat(folder.resolve("ca/key.pem")).hasBinaryContent(new byte[]{1, 2});
        assertThat(Files.getPosixFilePermissions(folder.resolve("ca/key.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("ca")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void what_an_import_cut_short_has_left_is_discarded() throws IOException {
        DataFiles files = new DataFiles(folder);
        Path left = files.prepare(Map.of("ca/key.pem", new byte[]{1, 2}));

        files.discardLeftovers();

        assertThat(left).doesNotExist();
    }

    @Test
    void a_folder_with_too_much_in_it_is_not_an_aggregators() throws IOException {
        Files.write(folder.resolve("film"), new byte[DataFiles.MOST_BYTES + 1]);

        assertThatThrownBy(() -> new DataFiles(folder).names()).isInstanceOf(BackupException.class)
                .hasMessageContaining("does not belong");
    }
}
