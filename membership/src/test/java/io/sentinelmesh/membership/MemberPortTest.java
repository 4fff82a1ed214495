package io.sentinelmesh.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity;
import io.sentinelmesh.trust.TlsIdentity;

import static org.assertj.core.api.Assertions.assertThat;

class MemberPortTest {

    private static final String LOOPBACK = "127.0.0.1";

    private static final NodeId SELF = NodeId.random();

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    @TempDir
    private Path folder;

    private SeatSettings seat(int port, String... seeds) {
        return new SeatSettings(SELF, SeatSettings.Kind.LITE, LOOPBACK, port, List.of(seeds), folder.resolve("members"),
                Optional.empty());
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

        assertThat(MemberPort.isReached(seat(freePort()), caller)).isEqualTo(new DialBack.Answer.Reached());
        assertThat(heard.get()).hasSize(32);
    }

    @Test
    void a_port_that_is_taken_is_not_reached_and_nobody_is_asked() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            assertThat(MemberPort.isReached(seat(taken.getLocalPort()), _ -> new DialBack.Answer.Reached()))
                    .isInstanceOfSatisfying(DialBack.Answer.NotReached.class,
                            answer -> assertThat(answer.why()).contains(String.valueOf(taken.getLocalPort())));
        }
    }

    @Test
    void with_an_identity_the_word_is_told_over_mutual_tls_only() throws IOException {
        TestMesh mesh = new TestMesh(folder.resolve("authority"));
        TlsIdentity asked = mesh.aggregator(NodeId.random());
        SeatSettings seat = new SeatSettings(SELF, SeatSettings.Kind.LITE, LOOPBACK, freePort(), List.of(),
                folder.resolve("members"), Optional.of(mesh.agent(SELF)));
        AtomicReference<String> plain = new AtomicReference<>("");
        AtomicReference<String> heard = new AtomicReference<>("");
        AtomicReference<Optional<MeshIdentity>> who = new AtomicReference<>(Optional.empty());

        MemberPort.isReached(seat, question -> {
            try (Socket stranger = new Socket(question.address(), question.port())) {
                stranger.getOutputStream().write("hello there, who is this?".getBytes(StandardCharsets.US_ASCII));
                plain.set(new String(stranger.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // Nothing was heard.
            }
            try (SSLSocket call = (SSLSocket) asked.context().getSocketFactory().createSocket(question.address(),
                    question.port())) {
                call.startHandshake();
                who.set(asked.peer(call.getSession()));
                heard.set(new String(call.getInputStream().readNBytes(question.nonce().length()),
                        StandardCharsets.US_ASCII));
                return heard.get().equals(question.nonce())
                        ? new DialBack.Answer.Reached()
                        : new DialBack.Answer.NotReached("another word");
            } catch (IOException e) {
                return new DialBack.Answer.NotReached(e.toString());
            }
        });

        assertThat(heard.get()).hasSize(32);
        assertThat(plain.get()).doesNotContain(heard.get());
        assertThat(who.get()).contains(new MeshIdentity(MeshIdentity.Role.AGENT, SELF));
    }

    @Test
    void whether_a_member_is_reached_is_seen_at_its_port() throws IOException {
        int closed = freePort();
        assertThat(MemberPort.whyNoMemberIsReached(seat(freePort()))).contains("no member is known");
        assertThat(MemberPort.whyNoMemberIsReached(seat(freePort(), LOOPBACK + ":" + closed)))
                .hasValueSatisfying(why -> assertThat(why).contains(LOOPBACK + ":" + closed));
        try (ServerSocket member = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            assertThat(MemberPort.whyNoMemberIsReached(
                    seat(freePort(), LOOPBACK + ":" + closed, LOOPBACK + ":" + member.getLocalPort()))).isEmpty();
            Files.writeString(folder.resolve("members"), LOOPBACK + ":" + member.getLocalPort() + "\n");
            assertThat(MemberPort.whyNoMemberIsReached(seat(freePort(), LOOPBACK + ":" + closed)))
                    .as("the members of the last run are tried as well").isEmpty();
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
