package io.sentinelmesh.aggregator.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.aggregator.ingestkey.IngestKeys;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.NameTakenException;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoredIngestKey;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** {@code /api/v1/ingest-keys}: the keys of third parties. */
final class IngestKeysResource {

    static final String PATH = "/api/v1/ingest-keys";
    static final String ROTATE_PATH = PATH + "/{id}/rotate";

    private static final int MOST_BODY_BYTES = 4_096;
    private static final int SHORTEST_LIFE_SECONDS = 60;

    private final IngestKeys keys;
    private final BlockingCalls blocking;
    private final InstantSource clock;

    IngestKeysResource(IngestKeys keys, BlockingCalls blocking, InstantSource clock) {
        this.keys = keys;
        this.blocking = blocking;
        this.clock = clock;
    }

    void mount(Router router) {
        router.post(PATH).handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES)).handler(this::create);
        router.get(PATH).handler(this::list);
        router.post(PATH + "/:id/rotate").handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES))
                .handler(this::rotate);
        router.delete(PATH + "/:id").handler(this::revoke);
    }

    private void create(RoutingContext ctx) {
        String name;
        String site;
        Duration life;
        Optional<NodeId> agent;
        try {
            JsonObject body = body(ctx, Set.of("name", "site", "expiresInSeconds", "agentId"));
            name = text(body, "name");
            site = body.containsKey("site") ? text(body, "site") : name;
            life = seconds(body, "expiresInSeconds", IngestKeys.DEFAULT_LIFE, SHORTEST_LIFE_SECONDS,
                    IngestKeys.LONGEST_LIFE);
            agent = agent(body);
            requireNames(name, site);
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        blocking.call(() -> keys.create(name, site, life, agent)).onSuccess(made -> {
            if (made.isEmpty()) {
                new Problem(409, "too-many-keys", "Too many keys", "there are " + IngestKeys.MOST_USABLE
                        + " usable keys already: revoke those that nobody needs").answer(ctx);
                return;
            }
            ctx.response().setStatusCode(201);
            Json.answer(ctx, json(made.get()));
        }).onFailure(failure -> fail(ctx, failure));
    }

    private static void requireNames(String name, String site) {
        try {
            var _ = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, site, "192.0.2.1");
        } catch (IllegalArgumentException badName) {
            throw new BadParameterException("name or site", "no good", String.valueOf(badName.getMessage()));
        }
    }

    private void rotate(RoutingContext ctx) {
        Duration overlap;
        try {
            overlap = seconds(body(ctx, Set.of("overlapSeconds")), "overlapSeconds", IngestKeys.DEFAULT_OVERLAP, 0,
                    IngestKeys.LONGEST_OVERLAP);
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        blocking.call(() -> keys.rotate(id(ctx), overlap)).onSuccess(made -> made.ifPresentOrElse(
                issued -> Json.answer(ctx, json(issued)),
                () -> Problem.notFound("there is no key with this id that is not revoked; GET " + PATH + " lists them")
                        .answer(ctx)))
                .onFailure(failure -> fail(ctx, failure));
    }

    private void list(RoutingContext ctx) {
        blocking.call(keys::list).onSuccess(all -> {
            JsonArray list = new JsonArray();
            all.forEach(key -> list.add(json(key)));
            Json.answer(ctx, new JsonObject().put("at", clock.instant().toString()).put("keys", list));
        }).onFailure(failure -> fail(ctx, failure));
    }

    private void revoke(RoutingContext ctx) {
        blocking.call(() -> keys.revoke(id(ctx))).onSuccess(there -> {
            if (there) {
                ctx.response().setStatusCode(204).putHeader("Cache-Control", "no-store").end();
            } else {
                Problem.notFound("there is no key with this id; GET " + PATH + " lists them").answer(ctx);
            }
        }).onFailure(failure -> fail(ctx, failure));
    }

    private static String id(RoutingContext ctx) {
        return Objects.requireNonNull(ctx.pathParam("id"), "the route has this parameter");
    }

    private static JsonObject body(RoutingContext ctx, Set<String> known) {
        JsonObject body;
        try {
            body = ctx.body().length() <= 0 ? new JsonObject() : ctx.body().asJsonObject();
        } catch (DecodeException | ClassCastException notJson) {
            body = null;
        }
        if (body == null) {
            throw new BadParameterException("body", "no JSON object", "send one such as {\"name\": \"cloud\"}");
        }
        for (String member : body.fieldNames()) {
            if (!known.contains(member)) {
                throw new BadParameterException(member, "unknown",
                        "use " + String.join(", ", known.stream().sorted().toList()));
            }
        }
        return body;
    }

    private static String text(JsonObject body, String member) {
        if (body.getValue(member) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new BadParameterException(member, "missing", "write it as text");
    }

    private static Duration seconds(JsonObject body, String member, Duration usual, int least, Duration most) {
        Object value = body.getValue(member);
        if (value == null) {
            return usual;
        }
        if (!(value instanceof Integer number) || number < least || number > most.toSeconds()) {
            throw new BadParameterException(member, "out of range",
                    "write a whole number from " + least + " to " + most.toSeconds());
        }
        return Duration.ofSeconds(number);
    }

    private static Optional<NodeId> agent(JsonObject body) {
        Object value = body.getValue("agentId");
        try {
            return Optional.ofNullable(value).map(id -> NodeId.parse(String.valueOf(id)));
        } catch (IllegalArgumentException notAnId) {
            throw new BadParameterException("agentId", "no agent's id", "write the UUID that /api/v1/agents shows");
        }
    }

    private JsonObject json(IngestKeys.Issued issued) {
        return json(issued.key()).put("key", issued.name()).put("secret", issued.secret())
                .put("authority", keys.authority());
    }

    private JsonObject json(StoredIngestKey key) {
        JsonObject json = new JsonObject().put("id", key.id()).put("agentId", key.agent().toString())
                .put("name", key.name()).put("site", key.site())
                .put("state", key.state(clock.instant()).name().toLowerCase(Locale.ROOT))
                .put("generation", key.generation()).put("createdAt", key.createdAt().toString())
                .put("expiresAt", key.expiresAt().toString());
        key.previousUntil().map(Instant::toString).ifPresent(until -> json.put("previousUntil", until));
        key.revokedAt().map(Instant::toString).ifPresent(at -> json.put("revokedAt", at));
        return json;
    }

    private static void fail(RoutingContext ctx, Throwable failure) {
        switch (failure) {
            case NameTakenException taken -> new Problem(409, "name-taken", "Name taken", taken.getMessage()
                    + "; choose another, or name that agent's id as agentId").answer(ctx);
            case StoreException away -> Problem.unavailable("this cannot be done at present: " + away.getMessage())
                    .answer(ctx);
            case TooBusyException busy -> Problem.unavailable(String.valueOf(busy.getMessage())).answer(ctx);
            default -> ctx.fail(failure);
        }
    }
}
