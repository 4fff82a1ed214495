package io.sentinelmesh.db.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.db.Needs;
import io.sentinelmesh.db.StoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class EmbeddedPostgresIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path programs;

    @TempDir
    Path folder;

    @BeforeAll
    static void unpack() {
        ServerPrograms.unpackInto(programs);
    }

    /** Unpacking once is enough: most tests find the programs where they would have been unpacked. */
    private void programsAreUnpacked() throws IOException {
        Path unpacked = ServerPrograms.unpackInto(programs).folder();
        Files.createSymbolicLink(folder.resolve(unpacked.getFileName()), unpacked);
    }

    /** Whatever a failed test left running. */
    @AfterEach
    void stopAll() throws IOException {
        for (ProcessHandle server : postmasters()) {
            server.destroyForcibly();
        }
        await().atMost(PATIENCE).until(() -> postmasters().isEmpty());
    }

    @Test
    void what_is_committed_is_on_disk() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThat(ask(server, "SHOW fsync")).isEqualTo("on");
            assertThat(ask(server, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(ask(server, "SHOW full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void a_setting_that_gives_up_durability_is_refused() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            run(server, "ALTER SYSTEM SET fsync = off");
        }

        assertThatThrownBy(() -> EmbeddedPostgres.start(folder)).isInstanceOf(StoreException.class)
                .hasMessageContaining("fsync = off");
        assertThat(postmasters()).isEmpty();
    }

    @Test
    void nobody_gets_in_without_the_password() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "wrong"))
                    .isInstanceOf(SQLException.class).hasMessageContaining("password");
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), ""))
                    .isInstanceOf(SQLException.class).hasMessageContaining("password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                    .isEqualTo("rw-------");
            assertThat(ask(server, "SELECT left(rolpassword, 14) FROM pg_authid WHERE rolname = current_user"))
                    .isEqualTo("SCRAM-SHA-256$");
        }
    }

    @Test
    void it_listens_on_loopback_only() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThat(ask(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(server, "SHOW unix_socket_directories")).isEmpty();
        }
    }

    @Test
    void what_was_stored_is_there_after_a_restart_and_no_server_stays_behind() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            run(server, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        assertThat(postmasters()).isEmpty();

        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThat(ask(server, "SELECT answer FROM kept")).isEqualTo("42");
            server.close();
            assertThat(server.process()).isEmpty();
        }
    }

    @Test
    void a_folder_has_one_owner() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(folder)).isInstanceOf(StoreException.class)
                    .hasMessageContaining("another process uses the database");
            assertThat(server.process()).isPresent();
        }
    }

    @Test
    void the_server_ends_when_its_owner_is_killed() throws Exception {
        programsAreUnpacked();
        Process owner = startOwner();
        assertThat(postmasters()).hasSize(1);

        owner.destroyForcibly();

        await().atMost(PATIENCE).until(() -> postmasters().isEmpty());
    }

    @Test
    void a_server_that_is_just_being_started_again_ends_too_when_its_owner_is_killed() throws Exception {
        programsAreUnpacked();
        Process owner = startOwner();
        recoversOnlyWhenTold("");
        ProcessHandle killed = postmasters().getFirst();
        killed.destroyForcibly();
        await().atMost(PATIENCE).until(() -> DataCluster.portOfRunning(folder.resolve("pgdata")).isPresent()
                && !Files.readString(folder.resolve("pgdata/postmaster.pid")).startsWith(killed.pid() + "\n"));

        owner.destroyForcibly();

        await().atMost(PATIENCE).until(() -> DataCluster.portOfRunning(folder.resolve("pgdata")).isEmpty());
        Files.delete(folder.resolve("pgdata/recovering"));
        await().atMost(PATIENCE).until(() -> postmasters().isEmpty());
    }

    @Test
    void a_server_that_was_killed_is_back_within_ten_seconds_with_what_was_committed() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder);
                Connection busy = connect(server);
                Statement work = busy.createStatement()) {
            run(server, "CREATE TABLE kept AS SELECT 42 AS answer");
            String url = server.jdbcUrl();
            // A backend that does not look up from its work goes on without its postmaster.
            Thread.ofVirtual().start(() -> {
                try {
                    work.execute("SELECT count(*) FROM generate_series(1, 1000000000)");
                } catch (SQLException broken) {
                    // As it should be.
                }
            });
            for (int turn = 0; turn < 2; turn++) {
                ProcessHandle killed = postmasters().getFirst();

                killed.destroyForcibly();

                await().atMost(Duration.ofSeconds(10)).ignoreExceptions()
                        .until(() -> ask(server, "SELECT answer FROM kept").equals("42")
                                && server.process().orElseThrow().pid() != killed.pid());
                assertThat(server.jdbcUrl()).isEqualTo(url);
            }
        }
        assertThat(postmasters()).isEmpty();
    }

    @Test
    void a_close_does_not_wait_for_a_server_that_is_slow_to_come_back() throws Exception {
        programsAreUnpacked();
        EmbeddedPostgres server = EmbeddedPostgres.start(folder);
        recoversOnlyWhenTold("");
        long killed = killedOf(server);
        await().atMost(PATIENCE).until(() -> server.process().filter(back -> back.pid() != killed).isPresent());
        long began = System.nanoTime();

        server.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(45));
        assertThat(server.process()).isEmpty();
        Files.delete(folder.resolve("pgdata/recovering"));
    }

    @Test
    void a_server_that_was_slow_to_come_back_is_held_to_its_settings() throws Exception {
        programsAreUnpacked();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, ServerAccount::choose, Duration.ofSeconds(2))) {
            recoversOnlyWhenTold("fsync = off\n");
            long killed = killedOf(server);
            await().atMost(PATIENCE).until(() -> server.process().filter(back -> back.pid() != killed).isPresent());
            long slow = server.process().orElseThrow().pid();
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(folder.resolve("command.out")).contains("did not start"));
            assertThat(server.process()).map(ProcessHandle::pid).contains(slow);

            Files.delete(folder.resolve("pgdata/recovering"));

            await().atMost(PATIENCE).until(() -> server.process().filter(one -> one.pid() == slow).isEmpty());
            Files.writeString(folder.resolve("pgdata/postgresql.auto.conf"), "");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> ask(server, "SHOW fsync").equals("on"));
        }
    }

    /** From its next start on: it asks an archive that does not answer before there is something to be read in it, and there never is. */
    private void recoversOnlyWhenTold(String moreSettings) throws IOException {
        Path data = folder.resolve("pgdata");
        Files.createFile(data.resolve("recovering"));
        Files.createFile(data.resolve("recovery.signal"));
        Files.writeString(data.resolve("postgresql.auto.conf"),
                "restore_command = 'while test -e recovering; do sleep 0.1; done; false'\n" + moreSettings);
    }

    private static long killedOf(EmbeddedPostgres server) {
        ProcessHandle running = server.process().orElseThrow();
        running.destroyForcibly();
        return running.pid();
    }

    @Test
    void a_server_left_behind_is_stopped_by_the_next_start_and_its_data_kept() throws Exception {
        programsAreUnpacked();
        Process owner = startOwner();
        // Without its guard the server outlives its owner.
        owner.children().filter(child -> child.info().command().orElse("").endsWith("sh")
                || child.info().commandLine().orElse("").contains("postgres-guard"))
                .forEach(ProcessHandle::destroyForcibly);
        owner.destroyForcibly().waitFor();
        ProcessHandle orphan = postmasters().getFirst();

        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThat(postmasters()).extracting(ProcessHandle::pid)
                    .containsExactly(server.process().orElseThrow().pid()).doesNotContain(orphan.pid());
            assertThat(ask(server, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void a_pid_file_with_a_strangers_number_does_not_stop_the_start() throws Exception {
        programsAreUnpacked();
        EmbeddedPostgres.start(folder).close();
        Files.writeString(folder.resolve("pgdata/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + folder.resolve("pgdata") + "\n0\n1\n\n127.0.0.1\n");

        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThat(server.process().orElseThrow().pid()).isNotEqualTo(ProcessHandle.current().pid());
        }
    }

    @Test
    void a_creation_cut_short_is_begun_anew() throws Exception {
        Files.createDirectories(folder.resolve("pgdata.creating/base"));
        Files.createDirectories(folder.resolve("postgresql-18.6.0.unpacking/bin"));

        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder)) {
            assertThat(ask(server, "SELECT 1")).isEqualTo("1");
        }
        assertThat(folder.resolve("pgdata.creating")).doesNotExist();
    }

    @Test
    void data_of_another_major_version_is_refused_with_the_remedy() throws Exception {
        programsAreUnpacked();
        EmbeddedPostgres.start(folder).close();
        Files.writeString(folder.resolve("pgdata/PG_VERSION"), "17\n");

        assertThatThrownBy(() -> EmbeddedPostgres.start(folder)).isInstanceOf(StoreException.class)
                .hasMessageContaining("written by PostgreSQL 17").hasMessageContaining("brings PostgreSQL 18")
                .hasMessageContaining("move that folder away");
    }

    @Test
    void a_lost_password_is_explained() throws Exception {
        programsAreUnpacked();
        EmbeddedPostgres.start(folder).close();
        Files.delete(folder.resolve("password"));

        assertThatThrownBy(() -> EmbeddedPostgres.start(folder)).isInstanceOf(StoreException.class)
                .hasMessageContaining("password").hasMessageContaining("backup");
    }

    @Test
    void where_user_namespaces_are_forbidden_root_lets_nobody_run_it() throws Exception {
        if (ServerAccount.ourUserId() != 0) {
            Needs.missing("only root can give the server another user");
        }
        EmbeddedPostgres.start(folder, any -> ServerAccount.USER_NAMESPACE).close();

        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder, any -> ServerAccount.NOBODY)) {
            assertThat(ask(server, "SELECT 1")).isEqualTo("1");
            assertThat(Folders.ownerId(Path.of("/proc", "" + server.process().orElseThrow().pid())))
                    .isEqualTo(65_534);
        }
        EmbeddedPostgres.start(folder, any -> ServerAccount.USER_NAMESPACE).close();
    }

    @Test
    void an_ordinary_user_runs_it_as_himself() throws Exception {
        if (ServerAccount.ourUserId() != 0) {
            Needs.missing("only root can become an ordinary user (all the other tests here just did it as one)");
        }
        // Root's Maven repository is closed to others.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path data = Files.createDirectory(folder.resolve("data"));
        Folders.changeOwner(data, 65_534, 65_534);
        List<String> command = new ArrayList<>(
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
        command.addAll(ownerCommand(copyOfClassPath(folder.resolve("classpath")), data));

        Process owner = startOwner(command);
        try {
            assertThat(Folders.ownerId(data.resolve("pgdata/PG_VERSION"))).isEqualTo(65_534);
        } finally {
            owner.getOutputStream().close();
            assertThat(owner.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private static String copyOfClassPath(Path target) throws IOException {
        Files.createDirectory(target);
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (!Files.exists(from)) {
                continue;
            }
            Path copy = target.resolve(copies.size() + "-" + from.getFileName());
            try (Stream<Path> walk = Files.walk(from)) {
                for (Path file : walk.toList()) {
                    Files.copy(file, copy.resolve(from.relativize(file).toString()));
                }
            }
            copies.add(copy.toString());
        }
        return String.join(File.pathSeparator, copies);
    }

    private static List<String> ownerCommand(String classPath, Path data) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
                "-XX:TieredStopAtLevel=1", ServerOwner.class.getName(), data.toString());
    }

    /** Another JVM that owns a server with table "kept". */
    private Process startOwner() throws IOException {
        return startOwner(ownerCommand(System.getProperty("java.class.path"), folder));
    }

    private static Process startOwner(List<String> command) throws IOException {
        Process owner = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = owner.inputReader(StandardCharsets.UTF_8);
        String line;
        do {
            line = output.readLine();
            assertThat(line).as("the owner's output").isNotNull();
        } while (!line.equals(ServerOwner.READY));
        return owner;
    }

    private List<ProcessHandle> postmasters() throws IOException {
        Path data = folder.toRealPath();
        return ProcessHandle.allProcesses().filter(process -> {
            try {
                // The postmaster's children work in the same folder, but have it as their parent.
                return Files.readSymbolicLink(Path.of("/proc", "" + process.pid(), "cwd")).startsWith(data)
                        && process.parent().map(parent -> !worksIn(parent, data)).orElse(true);
            } catch (IOException e) {
                return false;
            }
        }).toList();
    }

    private static boolean worksIn(ProcessHandle process, Path data) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", "" + process.pid(), "cwd")).startsWith(data);
        } catch (IOException e) {
            return false;
        }
    }

    private static void run(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = connect(server); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }
}
