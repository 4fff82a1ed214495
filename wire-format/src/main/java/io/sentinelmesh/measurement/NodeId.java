package io.sentinelmesh.measurement;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The lasting identity of an agent or an endpoint. An agent's is random and kept on its disk, so a restart is the same node. */
public record NodeId(UUID value) implements Comparable<NodeId> {

    public static NodeId random() {
        return new NodeId(UUID.randomUUID());
    }

    /** Two agents that name the same endpoint mean the same node, without having to talk. */
    public static NodeId ofEndpoint(String name, String address) {
        return new NodeId(
                UUID.nameUUIDFromBytes(("endpoint\n" + name + "\n" + address).getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * @throws IllegalArgumentException if the text is not a UUID in its 36-character form
     */
    public static NodeId parse(String text) {
        // UUID.fromString alone accepts shortened groups such as "1-1-1-1-1".
        if (text.length() != 36) {
            throw new IllegalArgumentException("not a node id (36 characters, as in a UUID): '" + text + "'");
        }
        return new NodeId(UUID.fromString(text));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
