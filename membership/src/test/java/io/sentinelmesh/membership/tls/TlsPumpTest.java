package io.sentinelmesh.membership.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.TestMesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The pumps without Hazelcast and without threads: whoever isn't woken stands still. */
class TlsPumpTest {

    private static final byte[] HELLO = "what only the other may read".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path folder;
    private static SSLContext one;
    private static SSLContext other;
    private static SSLContext stranger;

    @BeforeAll
    static void certificates() {
        TestMesh mesh = new TestMesh(folder.resolve("ca"));
        one = mesh.agent(NodeId.random()).context();
        other = mesh.agent(NodeId.random()).context();
        stranger = new TestMesh(folder.resolve("other-ca")).agent(NodeId.random()).context();
    }

    @Test
    void everything_arrives_both_ways_in_pieces_of_any_size() throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            PumpPair pair = new PumpPair(one, other, seed, 1 << random.nextInt(17));
            byte[] up = bytes(random);
            byte[] down = bytes(random);
            pair.client.send(up);
            pair.server.send(down);

            pair.run();

            assertThat(pair.client.ended()).as("seed %s", seed).isNull();
            assertThat(pair.server.ended()).as("seed %s", seed).isNull();
            assertThat(pair.server.received()).as("seed %s", seed).isEqualTo(up);
            assertThat(pair.client.received()).as("seed %s", seed).isEqualTo(down);
        }
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 300 : 60_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void more_can_be_said_after_a_silence() throws Exception {
        PumpPair pair = new PumpPair(one, other, 1, 1_000);
        pair.run();
        for (int i = 0; i < 20; i++) {
            pair.server.send(HELLO);
            pair.run();
            pair.client.send(HELLO);
            pair.run();
        }

        assertThat(pair.client.received()).hasSize(20 * HELLO.length);
        assertThat(pair.server.received()).hasSize(20 * HELLO.length);
    }

    @Test
    void nothing_passes_when_the_verdict_on_the_peer_is_no() throws Exception {
        PumpPair pair = new PumpPair(one, other, 2, 50_000);
        IOException no = new EOFException("revoked");
        pair.server.refusesWith(no);
        pair.client.send(HELLO);
        pair.server.send(HELLO);

        pair.run();

        assertThat(pair.server.ended()).isSameAs(no);
        assertThat(pair.server.received()).isEmpty();
        assertThat(pair.client.received()).isEmpty();
    }

    @Test
    void a_certificate_of_another_authority_is_refused_and_its_owner_is_told_why() throws Exception {
        PumpPair pair = new PumpPair(stranger, other, 3, 50_000);
        pair.client.send(HELLO);

        pair.run();

        // Each refuses the other's; the client sees the server's first.
        assertThat(pair.client.ended()).isInstanceOf(SSLException.class);
        assertThat(pair.server.received()).isEmpty();
        assertThat(pair.server.judged()).isFalse();
        PumpPair.lastWords(pair.client, pair.server);
        pair.run();
        assertThat(pair.server.ended()).isInstanceOf(SSLException.class).hasMessageContaining("certificate_unknown");
    }

    @Test
    void who_goes_says_goodbye_and_what_was_said_before_arrives() throws Exception {
        PumpPair pair = new PumpPair(one, other, 4, 700);
        pair.client.send(HELLO);
        pair.run();
        assertThat(pair.client.pump().goodbyeAtByte()).isNegative();

        pair.client.pump().sayGoodbye();
        pair.run();

        assertThat(pair.client.pump().goodbyeAtByte()).isPositive();
        assertThat(pair.server.received()).isEqualTo(HELLO);
        assertThat(pair.server.ended()).isInstanceOf(EOFException.class);
    }

    @Test
    void what_is_no_tls_is_refused() throws Exception {
        TlsPump pump = pump(one, Runnable::run);

        assertThatThrownBy(() -> pump.read(ByteBuffer.wrap("HZC and then plain text".getBytes(StandardCharsets.UTF_8)),
                ByteBuffer.allocate(100))).isInstanceOf(SSLException.class);
    }

    @Test
    void a_connection_that_was_given_up_ends_in_both_directions() throws Exception {
        TlsPump pump = pump(one, Runnable::run);
        IOException late = new EOFException("no handshake within 10 s");

        pump.fail(late);

        assertThatThrownBy(() -> pump.read(ByteBuffer.allocate(0), ByteBuffer.allocate(1))).isSameAs(late);
        assertThatThrownBy(() -> pump.write(ByteBuffer.allocate(0), ByteBuffer.allocate(20_000))).isSameAs(late);
    }

    @Test
    void with_too_many_handshakes_at_once_one_is_given_up() throws Exception {
        TlsPump server = pump(one, _ -> {
            throw new RejectedExecutionException("full");
        });
        SSLEngine engine = other.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);

        assertThatThrownBy(() -> server.read(hello.flip(), ByteBuffer.allocate(1))).isInstanceOf(SSLException.class)
                .hasMessageContaining("too many handshakes");
    }

    private static TlsPump pump(SSLContext context, java.util.concurrent.Executor executor) throws SSLException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return new TlsPump(engine, executor, new TlsPump.Surroundings() {
            @Override
            public void wakeInbound() {
                // Nobody sleeps here.
            }

            @Override
            public void wakeOutbound() {
                // Nobody sleeps here.
            }

            @Override
            public void judge(SSLSession session) {
                // Whoever gets this far is welcome.
            }
        });
    }
}
