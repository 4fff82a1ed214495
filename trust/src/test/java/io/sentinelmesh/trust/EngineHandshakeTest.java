package io.sentinelmesh.trust;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The same by SSLEngine, which is how event loops do it. */
class EngineHandshakeTest {

    private static final int MOST_STEPS = 200;

    @TempDir
    private Path folder;
    private final MovedClock clock = new MovedClock();
    private TlsIdentity agent;
    private TlsIdentity aggregator;

    @BeforeEach
    void mesh() {
        Mesh mesh = new Mesh(folder.resolve("ca"), clock);
        agent = mesh.agent();
        aggregator = mesh.aggregator();
    }

    @Test
    void engines_agree_and_know_each_other() throws Exception {
        SSLEngine server = shake("localhost", true);

        assertThat(server.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(aggregator.peer(server.getSession()).orElseThrow().id()).isEqualTo(Mesh.AGENT);
    }

    @Test
    void the_host_is_checked_where_it_is_known_and_refused_where_it_is_not() {
        assertThatThrownBy(() -> shake("other.example", true)).isInstanceOf(SSLException.class)
                .hasMessageContaining("is not for the host other.example");
        assertThatThrownBy(() -> shake(null, true)).isInstanceOf(SSLException.class)
                .hasMessageContaining("not known");
    }

    @Test
    void peers_need_no_host() throws Exception {
        assertThat(shake(null, false).getSession().getProtocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void who_is_revoked_is_refused() {
        aggregator.revoked(Set.of(Mesh.AGENT));

        assertThatThrownBy(() -> shake("localhost", true)).isInstanceOf(SSLException.class)
                .hasMessageContaining("is revoked");
    }

    private SSLEngine shake(String host, boolean checksHost) throws SSLException {
        SSLEngine client = host == null
                ? agent.context().createSSLEngine()
                : agent.context().createSSLEngine(host, 7422);
        client.setUseClientMode(true);
        if (checksHost) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            client.setSSLParameters(parameters);
        }
        SSLEngine server = aggregator.context().createSSLEngine();
        server.setUseClientMode(false);
        server.setNeedClientAuth(true);
        ByteBuffer up = ByteBuffer.allocate(64 * 1024);
        ByteBuffer down = ByteBuffer.allocate(64 * 1024);
        for (int i = 0; i < MOST_STEPS; i++) {
            boolean clientDone = step(client, down, up);
            boolean serverDone = step(server, up, down);
            if (clientDone && serverDone && up.position() == 0 && down.position() == 0) {
                return server;
            }
        }
        throw new AssertionError("no end of the handshake");
    }

    /** Whether it has nothing more to do. */
    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            return false;
        }
        if (status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NOT_HANDSHAKING
                && engine.getSession().getProtocol().equals("NONE")) {
            engine.wrap(ByteBuffer.allocate(0), out);
            return false;
        }
        in.flip();
        SSLEngineResult result = engine.unwrap(in, ByteBuffer.allocate(64 * 1024));
        in.compact();
        return result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }
}
