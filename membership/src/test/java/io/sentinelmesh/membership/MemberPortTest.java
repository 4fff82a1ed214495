package io.sentinelmesh.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MemberPortTest {

    private static final String LOOPBACK = "127.0.0.1";

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void the_port_answers_with_the_word_that_was_given_to_the_one_who_was_asked() throws IOException {
        AtomicReference<String> heard = new AtomicReference<>("");
        DialBack caller = question -> {
            try (Socket call = new Socket(question.address(), question.port())) {
                heard.set(new String(call.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
                return heard.get().equals(question.nonce())
                        ? new DialBack.Answer.Reached()
                        : new DialBack.Answer.NotReached("another word");
            } catch (IOException e) {
                return new DialBack.Answer.NotReached(e.toString());
            }
        };

        assertThat(MemberPort.isReached(LOOPBACK, freePort(), caller)).isEqualTo(new DialBack.Answer.Reached());
        assertThat(heard.get()).hasSize(32);
    }

    @Test
    void a_port_that_is_taken_is_not_reached_and_nobody_is_asked() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            assertThat(MemberPort.isReached(LOOPBACK, taken.getLocalPort(), _ -> new DialBack.Answer.Reached()))
                    .isInstanceOfSatisfying(DialBack.Answer.NotReached.class,
                            answer -> assertThat(answer.why()).contains(String.valueOf(taken.getLocalPort())));
        }
    }

    @Test
    void without_anybody_to_ask_only_loopback_counts_as_reached() {
        DialBack oneHost = DialBack.ofOneHost();

        assertThat(oneHost.ask(new DialBack.Question("127.0.0.11", 7421, "")))
                .isEqualTo(new DialBack.Answer.Reached());
        assertThat(oneHost.ask(new DialBack.Question("192.0.2.1", 7421, "")))
                .isEqualTo(new DialBack.Answer.NobodyToAsk());
    }
}
