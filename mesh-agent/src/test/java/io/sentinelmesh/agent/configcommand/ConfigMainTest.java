package io.sentinelmesh.agent.configcommand;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsKeys;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigMainTest {

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void a_document_in_order_is_said_to_be_so() throws Exception {
        Path file = Files.writeString(folder.resolve("mesh.yaml"), "rounds: { packets: 20 }\n");

        assertThat(run("", "check", file.toString())).isZero();
        assertThat(said(out)).isEqualTo(file + " is in order; it sets rounds.packets\n");
        assertThat(said(err)).isEmpty();
    }

    @Test
    void every_fault_has_a_line_of_its_own_that_editors_jump_to() throws Exception {
        Path file = Files.writeString(folder.resolve("mesh.yaml"), "rounds:\n  packets: 0\n  lenght: 1s\n");

        assertThat(run("", "check", file.toString())).isEqualTo(1);
        assertThat(said(err)).startsWith(file + ":2:12: \"rounds.packets\" is 0: write a whole number from 1 to 1000\n"
                + file + ":3:3: unknown key \"rounds.lenght\", perhaps \"length\" was meant").hasLineCount(2);
        assertThat(said(out)).isEmpty();
    }

    @Test
    void a_document_may_come_from_standard_input() {
        assertThat(run("probes: { stamp: maybe }", "check", "-")).isEqualTo(1);
        assertThat(said(err)).startsWith("-:1:18: ");
    }

    @Test
    void one_agents_file_has_rules_of_its_own() {
        assertThat(run("overrides: []", "check", "-")).isZero();
        assertThat(run("overrides: []", "check", "--pins", "-")).isEqualTo(1);
    }

    @Test
    void what_cannot_be_read_is_wrong_usage_and_no_fault_of_a_document() throws Exception {
        assertThat(run("", "check", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(run("", "check", folder.toString())).isEqualTo(2);
        Files.write(folder.resolve("latin"), "name: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(run("", "check", folder.resolve("latin").toString())).isEqualTo(2);
        assertThat(run("", "check", "--unknown", "-")).isEqualTo(2);
        assertThat(said(err)).hasLineCount(4).contains("there is no file", "is not UTF-8");
    }

    @Test
    void the_template_is_a_document_in_order_with_every_key() {
        assertThat(run("", "template")).isZero();

        assertThat(SettingsDocument.parse(said(out)).keys()).isEqualTo(SettingsKeys.ALL);
    }

    private int run(String input, String... arguments) {
        return ConfigMain.commandLine(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }

    private static String said(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
