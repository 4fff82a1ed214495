package io.sentinelmesh.aggregator.api;

import io.sentinelmesh.measurement.MeshNode;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** What the resources share in writing JSON. */
final class Json {

    private Json() {
    }

    static JsonObject node(MeshNode node) {
        JsonObject json = new JsonObject().put("id", node.id().toString()).put("name", node.name())
                .put("site", node.site())
                .put("role", switch (node.role()) {
                    case AGENT -> "agent";
                    case ENDPOINT -> "endpoint";
                });
        return node.isBehindNat() ? json.put("behindNat", true) : json;
    }

    static void answer(RoutingContext ctx, JsonObject body) {
        ctx.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }
}
