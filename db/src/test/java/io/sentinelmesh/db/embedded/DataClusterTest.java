package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DataClusterTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "garbled\n", "\u0000\u0000\u0000", "\u00ff\u00fe", "99999999999999999999\n",
            "-1\n"})
    void a_pid_file_without_a_number_names_no_server(String content) throws IOException {
        Path pidFile = pidFile(content);

        assertThat(cluster().runningServer()).isEmpty();
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void another_users_process_of_that_number_is_not_the_server() throws IOException {
        // Process 1 is root's; root itself lets the server, and its files, be another user's.
        ServerAccount account = ServerAccount.ourUserId() == 0 ? ServerAccount.NOBODY : ServerAccount.OURSELVES;
        account.own(folder);
        Path pidFile = pidFile("1\n");

        assertThat(cluster().runningServer()).isEmpty();
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void our_own_process_that_works_elsewhere_is_not_the_server() throws IOException {
        Path pidFile = pidFile(ProcessHandle.current().pid() + "\n");

        assertThat(cluster().runningServer()).isEmpty();
        assertThat(pidFile).doesNotExist();
    }

    private Path pidFile(String content) throws IOException {
        return Files.write(folder.resolve("postmaster.pid"), content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private DataCluster cluster() {
        return new DataCluster(folder, ServerAccount.OURSELVES);
    }
}
