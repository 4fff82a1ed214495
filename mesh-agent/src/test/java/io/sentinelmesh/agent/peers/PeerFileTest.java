package io.sentinelmesh.agent.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class PeerFileTest {

    @TempDir
    private Path folder;
    private DataFolder data;

    @BeforeEach
    void open() {
        data = DataFolder.open(folder);
    }

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void peers_are_read_as_they_were_written_with_all_that_measuring_them_needs() {
        List<MeshNode> peers = List.of(
                new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "lyon", "fr", "192.0.2.1", 18_620,
                        List.of("2001:db8::1"), MeshNode.Reach.BEHIND_NAT),
                new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "oslo", "no", "192.0.2.2"));
        new PeerFile(data).write(peers);

        assertThat(new PeerFile(data).read()).isEqualTo(peers);
    }

    @Test
    void a_file_from_before_addresses_is_read() throws IOException {
        NodeId id = NodeId.random();
        Files.writeString(folder.resolve("peers.json"), "[{\"id\": \"" + id
                + "\", \"name\": \"lyon\", \"site\": \"fr\", \"address\": \"192.0.2.1\", \"reflectorPort\": 18620}]");

        assertThat(new PeerFile(data).read())
                .containsExactly(new MeshNode(id, MeshNode.Role.AGENT, "lyon", "fr", "192.0.2.1", 18_620));
    }

    @Test
    void a_file_that_makes_no_sense_is_as_good_as_none() throws IOException {
        Files.writeString(folder.resolve("peers.json"), "[{\"id\": 7}]");

        assertThat(new PeerFile(data).read()).isEmpty();
    }
}
