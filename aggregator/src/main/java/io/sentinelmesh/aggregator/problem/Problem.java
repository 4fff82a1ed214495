package io.sentinelmesh.aggregator.problem;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * An error as a client gets it (application/problem+json).
 *
 * @param type a short stable word that programs may compare; sent as {@code urn:sentinel-mesh:problem:<type>}
 * @param detail what is wrong with this request and what to do about it
 */
public record Problem(int status, String type, String title, String detail) {

    public static final String CONTENT_TYPE = "application/problem+json";

    public static Problem badParameter(String detail) {
        return new Problem(400, "bad-parameter", "Bad parameter", detail);
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "not-found", "Not found", detail);
    }

    public static Problem unauthorized(String detail) {
        return new Problem(401, "not-authenticated", "Not authenticated", detail);
    }

    public static Problem forbidden(String detail) {
        return new Problem(403, "forbidden", "Forbidden", detail);
    }

    public static Problem unavailable(String detail) {
        return new Problem(503, "unavailable", "Not available at present", detail);
    }

    /** Answers the request with this problem, unless it is answered already. */
    public void answer(RoutingContext ctx) {
        answer(ctx, new JsonObject());
    }

    /** @param more members of this type of problem (RFC 9457, section 3.2) */
    public void answer(RoutingContext ctx, JsonObject more) {
        if (ctx.response().ended() || ctx.response().headWritten()) {
            return;
        }
        if (status == 401) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"sentinel-mesh\"");
        }
        if (status == 503) {
            ctx.response().putHeader("Retry-After", "5");
        }
        ctx.response().setStatusCode(status).putHeader("Content-Type", CONTENT_TYPE)
                .putHeader("Cache-Control", "no-store").end(body(ctx.normalizedPath(), more));
    }

    private Buffer body(String path, JsonObject more) {
        return new JsonObject().put("type", "urn:sentinel-mesh:problem:" + type).put("title", title)
                .put("status", status).put("detail", detail).put("instance", path).mergeIn(more).toBuffer();
    }
}
