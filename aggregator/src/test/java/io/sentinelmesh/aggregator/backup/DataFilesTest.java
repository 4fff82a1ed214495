package io.sentinelmesh.aggregator.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    void what_is_written_is_for_its_owner_only_and_can_be_taken_back() throws IOException {
        DataFiles files = new DataFiles(folder);

        files.write(Map.of("ca/key.pem", new byte[]{1, 2}));

        assertThat(folder.resolve("ca/key.pem")).hasBinaryContent(new byte[]{1, 2});
        assertThat(Files.getPosixFilePermissions(folder.resolve("ca/key.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("ca")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        files.remove(files.names());
        assertThat(files.names()).isEmpty();
    }

    @Test
    void a_folder_with_too_much_in_it_is_not_an_aggregators() throws IOException {
        Files.write(folder.resolve("film"), new byte[DataFiles.MOST_BYTES + 1]);

        assertThatThrownBy(() -> new DataFiles(folder).names()).isInstanceOf(BackupException.class)
                .hasMessageContaining("does not belong");
    }
}
