package io.sentinelmesh.agent.membership;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** What an agent writes about itself in the registry map: one JSON text, so that versions and languages can differ. */
@JsonIgnoreProperties(ignoreUnknown = true)
record RegistryEntry(@JsonProperty("id") String id, @JsonProperty("name") String name,
        @JsonProperty("site") String site, @JsonProperty("address") String address,
        @JsonProperty("memberAddress") String memberAddress, @JsonProperty("left") boolean left,
        @JsonProperty("reflectorPort") int reflectorPort,
        @JsonProperty("addresses") @Nullable List<String> furtherAddresses,
        @JsonProperty("behindNat") @Nullable Boolean behindNat) {

    /** Longer than any entry an agent writes. */
    static final int MAX_LENGTH = 4_096;

    private static final ObjectMapper JSON = new ObjectMapper();

    static RegistryEntry of(MeshNode self, String memberAddress, boolean left) {
        return new RegistryEntry(self.id().toString(), self.name(), self.site(), self.address(), memberAddress, left,
                self.reflectorPort(), self.furtherAddresses(), switch (self.reach()) {
                    case UNKNOWN -> null;
                    case DIRECT -> false;
                    case BEHIND_NAT -> true;
                });
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a registry entry of plain texts is always writable", e);
        }
    }

    /** Empty if the text is no entry: another program wrote it, and the registry carries hints only. */
    static Optional<RegistryEntry> parse(String json) {
        if (json.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(JSON.readValue(json, RegistryEntry.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private MeshNode.Reach reach() {
        if (behindNat == null) {
            return MeshNode.Reach.UNKNOWN;
        }
        return behindNat ? MeshNode.Reach.BEHIND_NAT : MeshNode.Reach.DIRECT;
    }

    Optional<MeshNode> node() {
        try {
            return Optional.of(new MeshNode(NodeId.parse(id), MeshNode.Role.AGENT, name, site, address, reflectorPort,
                    furtherAddresses == null ? List.of() : furtherAddresses, reach()));
        } catch (IllegalArgumentException | NullPointerException e) {
            return Optional.empty();
        }
    }
}
