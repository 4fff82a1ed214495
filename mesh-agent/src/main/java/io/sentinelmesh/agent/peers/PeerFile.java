package io.sentinelmesh.agent.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** The peers of the last run on disk: an agent that starts while everything else is away measures all the same. */
public final class PeerFile {

    private static final Logger LOG = LoggerFactory.getLogger(PeerFile.class);

    private static final String NAME = "peers.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataFolder folder;

    public PeerFile(DataFolder folder) {
        this.folder = folder;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Line(@JsonProperty("id") String id, @JsonProperty("name") String name, @JsonProperty("site") String site,
            @JsonProperty("address") String address, @JsonProperty("reflectorPort") int reflectorPort,
            @JsonProperty("addresses") @Nullable List<String> furtherAddresses,
            @JsonProperty("reach") MeshNode.@Nullable Reach reach) {
    }

    /** Empty if there is none or it cannot be read; the log says so. */
    public List<MeshNode> read() {
        Path file = folder.path(NAME);
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<MeshNode> peers = new ArrayList<>();
            for (Line line : JSON.readValue(file.toFile(), Line[].class)) {
                peers.add(new MeshNode(NodeId.parse(line.id()), MeshNode.Role.AGENT, line.name(), line.site(),
                        line.address(), line.reflectorPort(),
                        Objects.requireNonNullElse(line.furtherAddresses(), List.of()),
                        Objects.requireNonNullElse(line.reach(), MeshNode.Reach.UNKNOWN)));
            }
            return List.copyOf(peers);
        } catch (IOException | IllegalArgumentException | NullPointerException e) {
            LOG.warn("{} cannot be read ({}): starting without the peers of the last run", file, e.getMessage());
            return List.of();
        }
    }

    public void write(List<MeshNode> peers) {
        try {
            folder.write(NAME,
                    JSON.writerWithDefaultPrettyPrinter()
                            .writeValueAsString(peers.stream()
                                    .map(peer -> new Line(peer.id().toString(), peer.name(), peer.site(),
                                            peer.address(), peer.reflectorPort(), peer.furtherAddresses(),
                                            peer.reach()))
                                    .toList()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of plain texts is always writable", e);
        } catch (UncheckedIOException e) {
            LOG.warn("{}: a restart would not know today's peers", e.getMessage());
        }
    }
}
