package io.sentinelmesh.aggregator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the command line answers when it is not given what it needs. Nothing here gets as far as a database. */
class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path dir;

    private int run(Map<String, String> environment, String... arguments) {
        return Main.run(arguments, environment, new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--port abc | --port", "--port 70000 | 1 to 65535", "--port -1 | 1 to 65535",
            "--member-port 70000 | --member-port", "--port 65535 | --member-port", "--prot 1 | --prot",
            "--listen 192.0.2.1 | --tls-cert", "--listen 0.0.0.0 --insecure | --member-address",
            "--seed here | HOST:PORT",
            "--tls-cert /nowhere | belong together", "--tls-cert /nowhere --tls-key /nowhere | /nowhere",
            "--agent-port 70000 | --agent-port", "--port 7420 --agent-port 7420 | must differ",
            "--agent-host https://mesh | without a port", "--ca-cert /nowhere | belong together",
            "--ca-cert /nowhere --ca-key /nowhere | /nowhere", "--db-url mysql://x | postgresql://"})
    void bad_input_is_answered_by_one_line_with_the_remedy(String arguments, String remedy) {
        String[] all = ("--data-dir " + dir + " " + arguments.strip()).split(" ");

        assertThat(run(Map.of(), all)).isEqualTo(2);
        assertThat(said()).startsWith("aggregator: ").contains(remedy.strip());
        assertThat(said().lines()).hasSize(1);
    }

    @Test
    void a_data_folder_is_required() {
        assertThat(run(Map.of())).isEqualTo(2);
        assertThat(said()).contains("--data-dir");
    }

    @Test
    void a_data_folder_that_is_a_file_is_refused() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));

        assertThat(run(Map.of(), "--data-dir", file.toString())).isEqualTo(2);
        assertThat(said()).contains("cannot be written").contains("--data-dir");
    }

    @Test
    void what_is_in_the_environment_counts_and_the_command_line_counts_more() {
        Map<String, String> environment = Map.of("SENTINEL_AGGREGATOR_DATA_DIR", dir.toString(),
                "SENTINEL_AGGREGATOR_PORT", "70000");
        assertThat(run(environment)).isEqualTo(2);
        assertThat(said()).contains("70000");
        err.reset();

        assertThat(run(environment, "--port", "70001")).isEqualTo(2);
        assertThat(said()).contains("70001");
    }

    @Test
    void a_token_that_others_can_read_stops_the_start() throws IOException {
        Files.writeString(dir.resolve("api-token"), "0123456789012345678901234567890123456789\n");
        Files.setPosixFilePermissions(dir.resolve("api-token"),
                java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run(Map.of(), "--data-dir", dir.toString())).isEqualTo(2);
        assertThat(said()).contains("chmod 600");
    }

    @Test
    void a_port_in_use_is_named_before_anything_else_is_started() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(run(Map.of(), "--data-dir", dir.toString(), "--port", "" + other.getLocalPort())).isEqualTo(1);

            assertThat(said()).contains("port " + other.getLocalPort()).contains("--port");
            assertThat(said().lines()).hasSize(1);
            assertThat(dir.resolve("postgres")).doesNotExist();
        }
    }

    @Test
    void a_port_for_agents_in_use_is_named_too() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(run(Map.of(), "--data-dir", dir.toString(), "--port", "0", "--member-port", "0", "--agent-port",
                    "" + other.getLocalPort())).isEqualTo(1);

            assertThat(said()).contains("agents").contains("port " + other.getLocalPort()).contains("--agent-port");
            assertThat(said().lines()).hasSize(1);
            assertThat(dir.resolve("postgres")).doesNotExist();
        }
    }

    @Test
    void an_authority_of_ones_own_that_is_none_is_named_before_anything_is_started() throws IOException {
        Path file = Files.writeString(dir.resolve("own.pem"), "not a certificate\n");

        assertThat(run(Map.of(), "--data-dir", dir.toString(), "--port", "0", "--member-port", "0", "--ca-cert",
                file.toString(), "--ca-key", file.toString())).isEqualTo(2);

        assertThat(said()).contains("own.pem");
        assertThat(said().lines()).hasSize(1);
        assertThat(dir.resolve("postgres")).doesNotExist();
    }

    @Test
    void a_database_that_cannot_be_reached_is_named() {
        assertThat(run(Map.of(), "--data-dir", dir.toString(), "--port", "0", "--member-port", "0", "--db-url",
                "postgresql://someone:secret@127.0.0.1:1/nothing")).isEqualTo(1);

        assertThat(said()).contains("database").doesNotContain("secret");
        assertThat(said().lines()).hasSize(1);
    }

    @Test
    void help_and_version_go_to_standard_output() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--data-dir").contains("--seed");
        out.reset();

        assertThat(run(Map.of(), "--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).matches("sentinel-mesh aggregator \\d+\\.\\d+.*\n");
    }
}
