package io.sentinelmesh.aggregator.door;

import java.util.Base64;
import java.util.Optional;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** A JSON body from outside, read member by member. */
final class Body {

    private static final int MOST_TEXT_CHARS = 8_192;

    private final JsonObject json;

    private Body(JsonObject json) {
        this.json = json;
    }

    /** @throws BadBodyException if it is no JSON object */
    static Body of(RoutingContext ctx) {
        try {
            JsonObject json = ctx.body().asJsonObject();
            if (json != null) {
                return new Body(json);
            }
        } catch (DecodeException | ClassCastException notJson) {
            // Falls through to the one way to say so.
        }
        throw new BadBodyException("the body must be a JSON object");
    }

    boolean has(String member) {
        return json.containsKey(member);
    }

    String text(String member) {
        return optionalText(member)
                .orElseThrow(() -> new BadBodyException("the body needs the member '" + member + "'"));
    }

    Optional<String> optionalText(String member) {
        Object value = json.getValue(member);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof String text) || text.isEmpty() || text.length() > MOST_TEXT_CHARS) {
            throw new BadBodyException("'" + member + "' must be text of 1 to " + MOST_TEXT_CHARS + " characters");
        }
        return Optional.of(text);
    }

    byte[] bytes(String member) {
        try {
            return Base64.getDecoder().decode(text(member));
        } catch (IllegalArgumentException notBase64) {
            throw new BadBodyException("'" + member + "' must be base64 with padding, without line ends");
        }
    }

    Optional<NodeId> optionalId(String member) {
        try {
            return optionalText(member).map(NodeId::parse);
        } catch (IllegalArgumentException notAnId) {
            throw new BadBodyException(
                    "'" + member + "' must be a UUID such as 3f1c9a52-7d7e-4b0a-9a53-0c8f5b1f6d11");
        }
    }

    NodeId id(String member) {
        text(member);
        return optionalId(member).orElseThrow();
    }

    /** As agents may be called. */
    String agentName(String member) {
        String name = text(member);
        try {
            return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, "site", "192.0.2.1").name();
        } catch (IllegalArgumentException badName) {
            throw new BadBodyException("'" + member + "': " + badName.getMessage());
        }
    }
}
