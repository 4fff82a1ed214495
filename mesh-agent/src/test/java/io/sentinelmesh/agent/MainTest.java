package io.sentinelmesh.agent;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.agent.logging.AgentLogging;
import io.sentinelmesh.trust.JoinToken;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;

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

    @Test
    void an_agent_that_has_not_joined_is_told_how_to(@TempDir Path folder) {
        assertThat(run("--name", "a", "--aggregator", "https://127.0.0.1:1", "--address", "127.0.0.1", "--data-dir",
                folder.resolve("data").toString(), "--wrapping-key-file", folder.resolve("key").toString()))
                .isEqualTo(2);
        assertThat(said()).hasSize(1).first().asString().contains("has not joined").contains("sentinel agent join");
    }

    @Test
    void joining_says_what_keeps_it_from_joining_and_ends_with_a_code_for_it(@TempDir Path folder) {
        String token = JoinToken.random("0".repeat(64)).text();

        assertThat(join(folder)).isEqualTo(2);
        assertThat(join(folder, "--token", token.substring(1))).isEqualTo(2);
        assertThat(join(folder, "--token", token)).isEqualTo(1);
        assertThat(said()).hasSize(3);
        assertThat(said().get(0)).contains("--token-file");
        assertThat(said().get(1)).contains("not a join token");
        assertThat(said().get(2)).contains("nobody listens at https://127.0.0.1:1");
    }

    @Test
    void a_token_is_never_repeated_however_wrongly_it_was_given(@TempDir Path folder) throws Exception {
        JoinToken token = JoinToken.random("0".repeat(64));
        Path readable = Files.writeString(folder.resolve("token"), token.text());
        String text = token.text();

        join(folder, text);
        join(folder, "--tokn=" + text);
        join(folder, "--name", text);
        join(folder, "--token", text + "x");
        join(folder, "--token", text, "--token", text);
        join(folder, "--token-file", text);
        join(folder, "--token-file", readable.toString());
        run(text);
        run("--aggregator", "https://" + text);
        run("join", "--help");

        assertThat(said()).as("one line for each").hasSize(9);
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain(token.secret());
    }

    @Test
    void a_token_in_a_message_or_an_exception_is_not_logged() {
        LoggerContext context = new LoggerContext();
        new AgentLogging().configure(context);
        Logger logger = context.getLogger("somebody");
        var console = (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("STDERR");
        String token = JoinToken.random("0".repeat(64)).text();

        String line = new String(console.getEncoder().encode(new LoggingEvent("", logger, Level.INFO, "got " + token,
                new IllegalStateException("about " + token), null)), StandardCharsets.UTF_8);

        assertThat(line).contains("got smj1.***", "about smj1.***").doesNotContain(token.substring(5));
    }

    private int join(Path folder, String... more) {
        List<String> all = new ArrayList<>(List.of("join", "https://127.0.0.1:1", "--no-start", "--data-dir",
                folder.resolve("data").toString(), "--wrapping-key-file", folder.resolve("key").toString()));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return Main.commandLine(Map.of(), stream, stream).execute(arguments);
    }

    private List<String> said() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
