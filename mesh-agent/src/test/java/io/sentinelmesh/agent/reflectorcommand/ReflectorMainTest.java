package io.sentinelmesh.agent.reflectorcommand;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ReflectorMainTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void what_is_wrong_is_said_in_one_line_with_exit_code_2(@TempDir Path folder) throws Exception {
        Path open = Files.writeString(folder.resolve("open"), "a key that others may read\n");

        assertRefused("--port", "--port", "x");
        assertRefused("port", "--port", "65536");
        assertRefused("rate", "--peer-rate", "0");
        assertRefused("--address", "--address", "localhost");
        assertRefused("--colour", "--colour", "blue");
        assertRefused("key-file", "--key-file", folder.resolve("absent").toString());
        assertRefused("chmod 600", "--key-file", open.toString());
    }

    @Test
    void an_address_of_another_host_gives_exit_code_1() {
        assertThat(run("--address", "192.0.2.1", "--port", "0")).isEqualTo(ReflectorMain.COULD_NOT_START);
        assertThat(lines()).singleElement().asString().contains("192.0.2.1").contains("--address");
    }

    private void assertRefused(String named, String... arguments) {
        said.reset();
        assertThat(run(arguments)).as(String.join(" ", arguments)).isEqualTo(ReflectorMain.BAD_INPUT);
        assertThat(lines()).singleElement().asString().contains(named);
    }

    private int run(String... arguments) {
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        return ReflectorMain.commandLine(stream, stream).execute(arguments);
    }

    private List<String> lines() {
        return said.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
