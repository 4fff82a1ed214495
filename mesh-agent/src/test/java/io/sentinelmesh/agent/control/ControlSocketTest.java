package io.sentinelmesh.agent.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@SuppressWarnings("NullAway.Init")
class ControlSocketTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CountDownLatch held = new CountDownLatch(1);

    @TempDir
    private Path data;
    private ControlSocket socket;

    @BeforeEach
    void open() throws IOException {
        socket = ControlSocket.open(data, Map.of("greet", (words, answer) -> {
            answer.out("hello " + words.getFirst());
            answer.err("and goodbye");
            return 7;
        }, "hold", (_, answer) -> {
            answer.out("holding");
            held.await();
            return 0;
        }, "vanish", (_, _) -> {
            throw new IOException("as if the connection broke");
        }));
    }

    @AfterEach
    void close() {
        held.countDown();
        socket.close();
    }

    private int ask(String request) {
        return new ControlCall(data, new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)).ask(request);
    }

    private Path file() {
        return data.resolve(ControlSocket.FOLDER).resolve(ControlSocket.FILE);
    }

    @Test
    void what_an_order_says_is_printed_and_its_code_is_the_commands() {
        assertThat(ask("greet world")).isEqualTo(7);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hello world\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("sentinel agent: and goodbye\n");
    }

    @Test
    void nobody_but_its_user_gets_at_it() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void what_a_killed_agent_left_is_told_as_no_agent_and_replaced_by_the_next() throws IOException {
        socket.close();
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(file()));
        killed.close();
        assertThat(file()).exists();

        assertThat(ask("greet world")).isEqualTo(ControlCall.NO_AGENT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no agent runs with " + data)
                .contains("sentinel agent --data-dir");

        open();
        assertThat(ask("greet world")).isEqualTo(7);
    }

    @Test
    void a_folder_without_an_agent_is_told_with_what_to_do_and_nothing_is_made_in_it(@TempDir Path other) {
        assertThat(new ControlCall(other.resolve("none"), new PrintStream(out), new PrintStream(err, true,
                StandardCharsets.UTF_8)).ask("greet world")).isEqualTo(ControlCall.NO_AGENT);

        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1).first().asString()
                .contains("no agent runs with").contains("start it");
        assertThat(other).isEmptyDirectory();
    }

    @Test
    void the_end_of_an_agent_leaves_no_socket() {
        socket.close();

        assertThat(file()).doesNotExist();
    }

    @Test
    void an_agent_that_ends_in_the_middle_of_an_answer_is_told() {
        assertThat(ask("vanish")).isEqualTo(ControlCall.NO_AGENT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("ended");
    }

    @Test
    void an_order_that_it_does_not_know_is_refused() {
        assertThat(ask("dance")).isEqualTo(ControlSocket.UNKNOWN);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("does not know");
    }

    @Test
    void a_request_without_end_is_cut_off() throws IOException {
        try (SocketChannel endless = SocketChannel.open(UnixDomainSocketAddress.of(file()))) {
            endless.write(ByteBuffer.wrap(new byte[ControlSocket.MOST_REQUEST_BYTES + 1]));

            try (Talk talk = new Talk(endless)) {
                assertThat(talk.readLine(100, Duration.ofSeconds(5))).isEmpty();
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void whoever_asks_nothing_does_not_keep_a_place_for_ever() throws IOException {
        try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(file()));
                Talk talk = new Talk(silent)) {
            assertThat(talk.readLine(100, Duration.ofSeconds(10))).isEmpty();
        }
    }

    @Test
    void one_more_than_there_are_places_is_sent_away_and_comes_in_when_one_is_free() throws IOException {
        List<Talk> holding = new ArrayList<>();
        for (int i = 0; i < ControlSocket.MOST_AT_ONCE; i++) {
            Talk talk = new Talk(SocketChannel.open(UnixDomainSocketAddress.of(file())));
            talk.writeLine("hold", Duration.ofSeconds(5));
            assertThat(talk.readLine(100, Duration.ofSeconds(5))).contains("-holding");
            holding.add(talk);
        }

        assertThat(ask("greet world")).isEqualTo(ControlSocket.BUSY);
        held.countDown();

        await().until(() -> ask("greet world") == 7);
        for (Talk talk : holding) {
            talk.close();
        }
    }

    @Test
    void a_folder_whose_path_is_too_long_for_a_socket_is_refused_with_the_remedy() {
        Path deep = data.resolve("x".repeat(100));

        assertThatThrownBy(() -> ControlSocket.open(deep, Map.of())).isInstanceOf(IOException.class)
                .hasMessageContaining("at most 107").hasMessageContaining("shorter --data-dir");
        assertThat(deep).doesNotExist();
    }
}
