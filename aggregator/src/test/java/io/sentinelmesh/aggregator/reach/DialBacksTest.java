package io.sentinelmesh.aggregator.reach;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame.DialBack.Question;
import io.sentinelmesh.wire.Frame.DialBackAnswer;
import io.sentinelmesh.wire.Frame.DialBackAnswer.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class DialBacksTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SEEN = InetAddress.ofLiteral("203.0.113.9");

    private final AtomicLong now = new AtomicLong(1);
    private final List<String> dialled = new CopyOnWriteArrayList<>();
    private final List<DialBackAnswer> answers = new CopyOnWriteArrayList<>();
    private final Dialler noted = (address, port, _, _) -> dialled.add(address.getHostAddress() + ":" + port);
    private DialBacks dialBacks = new DialBacks(noted, noted, new MetricRegistry(), now::get);
    private final MeshNode agent = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "one", "site", "192.0.2.10", 0,
            List.of("2001:db8::10"), MeshNode.Reach.UNKNOWN);

    @AfterEach
    void close() {
        dialBacks.close();
    }

    private void asks(MeshNode who, InetAddress seen, String address, int port, String nonce) {
        dialBacks.ask(new DialBacks.Asker(who, false, Optional.of(seen)), new Question(7, address, port, nonce),
                answers::add);
    }

    private void asks(String address, int port) {
        asks(agent, SEEN, address, port, "");
    }

    private DialBackAnswer answer() {
        await().until(() -> answers.size() == 1);
        return answers.getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.10", "2001:db8::10", "203.0.113.9"})
    void its_own_addresses_and_the_one_its_link_comes_from_are_dialled(String address) {
        asks(address, 7_421);

        assertThat(answer()).isEqualTo(new DialBackAnswer(7, Outcome.REACHED, "", "203.0.113.9"));
        assertThat(dialled).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.11", "127.0.0.1", "::1", "fra-1.example", "0.0.0.0", "203.0.113.90"})
    void no_other_address_is_dialled(String address) {
        asks(address, 7_421);

        assertThat(answer().outcome()).isEqualTo(Outcome.NOT_REACHED);
        assertThat(answer().reason()).contains(address);
        assertThat(dialled).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "224.0.0.1", "169.254.169.254", "fe80::1"})
    void an_agent_cannot_make_a_special_address_its_own(String address) {
        MeshNode sly = new MeshNode(agent.id(), MeshNode.Role.AGENT, "sly", "site", address, 0);

        asks(sly, SEEN, address, 7_421, "");

        assertThat(answer().outcome()).isEqualTo(Outcome.NOT_REACHED);
        assertThat(dialled).isEmpty();
    }

    @Test
    void no_port_of_other_programs_is_dialled() {
        asks("192.0.2.10", 1_023);

        assertThat(answer().outcome()).isEqualTo(Outcome.NOT_REACHED);
        assertThat(dialled).isEmpty();
    }

    @Test
    void who_asks_again_at_once_gets_no_try_and_later_gets_one() {
        asks("192.0.2.10", 7_421);
        await().until(() -> dialled.size() == 1);
        now.addAndGet(DialBacks.PAUSE.toNanos() - 1);
        asks("192.0.2.10", 7_422);
        await().until(() -> answers.size() == 2);
        assertThat(answers.getLast().outcome()).isEqualTo(Outcome.NOT_TRIED);
        assertThat(dialled).hasSize(1);

        now.addAndGet(1);
        asks("192.0.2.10", 7_421);
        await().until(() -> answers.size() == 3);
        assertThat(answers.getLast().outcome()).isEqualTo(Outcome.REACHED);
    }

    @Test
    void only_so_many_are_tried_at_once() {
        CountDownLatch held = new CountDownLatch(1);
        Dialler slow = (_, _, _, _) -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        dialBacks = new DialBacks(slow, slow, new MetricRegistry(), now::get);
        for (int i = 0; i <= DialBacks.MOST_AT_ONCE; i++) {
            MeshNode another = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "a" + i, "site", "192.0.2.10");
            asks(another, SEEN, "192.0.2.10", 7_421, "");
        }

        assertThat(answer().outcome()).isEqualTo(Outcome.NOT_TRIED);
        held.countDown();
        await().until(() -> answers.size() == DialBacks.MOST_AT_ONCE + 1);
    }

    @Test
    void over_plain_text_the_port_says_the_word_or_is_not_reached() throws IOException {
        try (ServerSocket port = new ServerSocket(0, 4, LOOPBACK)) {
            Thread.ofVirtual().start(() -> {
                for (String word : List.of("right", "wrong")) {
                    try (Socket caller = port.accept()) {
                        caller.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            byte[] nonce = "right".getBytes(StandardCharsets.US_ASCII);
            Dialler plain = new Dialler.Plain();

            plain.dial(LOOPBACK, port.getLocalPort(), agent.id(), nonce);
            assertThat(failure(plain, port.getLocalPort(), nonce)).contains("something else");
        }
    }

    @Test
    void a_port_that_stays_silent_or_trickles_is_given_up_in_time() throws IOException {
        try (ServerSocket port = new ServerSocket(0, 4, LOOPBACK)) {
            Thread.ofVirtual().start(() -> {
                try (Socket caller = port.accept()) {
                    while (true) {
                        caller.getOutputStream().write('r');
                        caller.setSoTimeout(200);
                        try {
                            if (caller.getInputStream().read() < 0) {
                                return;
                            }
                        } catch (java.net.SocketTimeoutException e) {
                            // Every fifth of a second one more.
                        }
                    }
                } catch (IOException e) {
                    // It hung up.
                }
            });
            long began = System.nanoTime();

            assertThat(failure(new Dialler.Plain(), port.getLocalPort(), "r".repeat(64).getBytes(
                    StandardCharsets.US_ASCII))).contains("no answer within");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Dialler.LIMIT.multipliedBy(3));
        }
    }

    private String failure(Dialler dialler, int port, byte[] nonce) {
        try {
            dialler.dial(LOOPBACK, port, agent.id(), nonce);
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
