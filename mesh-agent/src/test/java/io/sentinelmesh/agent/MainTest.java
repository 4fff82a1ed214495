package io.sentinelmesh.agent;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class MainTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void an_unknown_flag_is_refused_in_one_line_with_exit_code_2() {
        assertThat(run("--nmae", "x")).isEqualTo(2);
        assertThat(said()).hasSize(1).first().asString().contains("--nmae").contains("--help");
    }

    @Test
    void what_is_missing_is_said_in_one_line_with_exit_code_2() {
        assertThat(run()).isEqualTo(2);
        assertThat(said()).hasSize(1).first().asString().contains("sentinel agent join").contains("--name");
    }

    @Test
    void a_data_folder_that_cannot_be_used_gives_exit_code_1(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        int code = run("--name", "a", "--address", "127.0.0.1", "--aggregator", "ws://127.0.0.1:1",
                "--insecure", "--data-dir", file + "/below");

        assertThat(code).isEqualTo(1);
        assertThat(said()).hasSize(1).first().asString().contains("--data-dir");
    }

    private int run(String... arguments) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return Main.commandLine(Map.of(), stream, stream).execute(arguments);
    }

    private java.util.List<String> said() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
