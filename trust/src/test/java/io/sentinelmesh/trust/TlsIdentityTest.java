package io.sentinelmesh.trust;

import java.nio.file.Path;
import javax.net.ssl.SSLSession;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.Handshaking.Agreed;
import io.sentinelmesh.trust.Handshaking.Ends;
import io.sentinelmesh.trust.MeshIdentity.Role;
import io.sentinelmesh.trust.TlsIdentity.Material;

import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;

class TlsIdentityTest {

    @TempDir
    private Path folder;
    private final MovedClock clock = new MovedClock();
    private Mesh mesh;
    private TlsIdentity agent;
    private TlsIdentity aggregator;

    @BeforeEach
    void mesh() {
        mesh = new Mesh(folder.resolve("ca"), clock);
        agent = mesh.agent();
        aggregator = mesh.aggregator();
    }

    @Test
    void an_agent_and_its_aggregator_know_each_other_over_tls_1_3() {
        Ends ends = Handshaking.between(agent, aggregator);

        SSLSession seenByAgent = ((Agreed) ends.client()).session();
        SSLSession seenByAggregator = ((Agreed) ends.server()).session();
        assertThat(seenByAgent.getProtocol()).isEqualTo("TLSv1.3");
        assertThat(agent.peer(seenByAgent)).contains(new MeshIdentity(Role.AGGREGATOR, Mesh.AGGREGATOR));
        assertThat(aggregator.peer(seenByAggregator)).contains(new MeshIdentity(Role.AGENT, Mesh.AGENT));
    }

    @Test
    void nothing_older_than_tls_1_3_is_spoken() {
        Ends ends = Handshaking.of(agent.context(), aggregator.context()).speaking("TLSv1.2").run();

        assertThat(ends.bothAgreed()).isFalse();
    }

    @Test
    void a_certificate_of_another_mesh_is_refused_by_both_ends() {
        Mesh other = new Mesh(folder.resolve("other"), clock);
        Material theirs = other.agentMaterial(Mesh.AGENT, ofDays(1));
        TlsIdentity intruder = new TlsIdentity(new Material(theirs.key(), theirs.chain(), mesh.authority.trusted()),
                clock);

        assertThat(Handshaking.between(agent, other.aggregator()).clientsReason())
                .contains("was not issued by an authority trusted here");
        assertThat(Handshaking.between(intruder, aggregator).serversReason())
                .contains("was not issued by an authority trusted here");
    }

    @Test
    void material_replaced_while_running_serves_the_next_handshake() {
        Handshaking.between(agent, aggregator);
        NodeId newcomer = NodeId.random();

        agent.replace(mesh.agentMaterial(newcomer, ofDays(7)));

        Ends ends = Handshaking.between(agent, aggregator);
        assertThat(aggregator.peer(((Agreed) ends.server()).session()).orElseThrow().id()).isEqualTo(newcomer);
    }
}
