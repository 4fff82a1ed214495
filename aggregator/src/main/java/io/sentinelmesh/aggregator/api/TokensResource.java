package io.sentinelmesh.aggregator.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.aggregator.identity.Tokens;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.identity.StoredToken;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/v1/join-tokens} and {@code POST /api/v1/agents/{id}/revoke}. */
final class TokensResource {

    static final String PATH = "/api/v1/join-tokens";
    static final String REVOKE_PATH = "/api/v1/agents/:id/revoke";
    private static final Set<String> KNOWN = Set.of("site", "uses", "expiresInSeconds", "agentId");

    private final Tokens tokens;
    private final BlockingCalls blocking;
    private final InstantSource clock;

    TokensResource(Tokens tokens, BlockingCalls blocking, InstantSource clock) {
        this.tokens = tokens;
        this.blocking = blocking;
        this.clock = clock;
    }

    private record Wanted(String site, int uses, Duration life, Optional<NodeId> agent) {
    }

    void create(RoutingContext ctx) {
        Wanted wanted;
        try {
            wanted = wanted(ctx);
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        blocking.call(() -> tokens.create(wanted.site, wanted.uses, wanted.life, wanted.agent)).onSuccess(made -> {
            if (made.isEmpty()) {
                new Problem(409, "too-many-tokens", "Too many join tokens", "there are " + Tokens.MOST_USABLE
                        + " usable join tokens already: revoke those that nobody needs").answer(ctx);
                return;
            }
            ctx.response().setStatusCode(201);
            Json.answer(ctx, json(made.get().token()).put("token", made.get().text()));
        }).onFailure(failure -> fail(ctx, failure));
    }

    private static Wanted wanted(RoutingContext ctx) {
        JsonObject body = body(ctx);
        for (String member : body.fieldNames()) {
            if (!KNOWN.contains(member)) {
                throw new BadParameterException(member, "unknown", "use site, uses, expiresInSeconds and agentId");
            }
        }
        if (!(body.getValue("site") instanceof String site)) {
            throw new BadParameterException("site", "missing", "name the site of the agents that will join");
        }
        try {
            var _ = new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "name", site, "192.0.2.1");
        } catch (IllegalArgumentException badSite) {
            throw new BadParameterException("site", "no name of a site", String.valueOf(badSite.getMessage()));
        }
        int uses = number(body, "uses", 1, 1, Tokens.MOST_USES);
        int seconds = number(body, "expiresInSeconds", (int) Tokens.DEFAULT_LIFE.toSeconds(),
                (int) Tokens.SHORTEST_LIFE.toSeconds(), (int) Tokens.LONGEST_LIFE.toSeconds());
        return new Wanted(site, uses, Duration.ofSeconds(seconds), agent(body));
    }

    private static JsonObject body(RoutingContext ctx) {
        try {
            JsonObject body = ctx.body().asJsonObject();
            if (body != null) {
                return body;
            }
        } catch (DecodeException | ClassCastException notJson) {
            // Falls through to the one way to say so.
        }
        throw new BadParameterException("body", "no JSON object", "send one such as {\"site\": \"fra\"}");
    }

    private static int number(JsonObject body, String member, int usual, int least, int most) {
        Object value = body.getValue(member);
        if (value == null) {
            return usual;
        }
        if (!(value instanceof Integer number) || number < least || number > most) {
            throw new BadParameterException(member, "out of range",
                    "write a whole number from " + least + " to " + most);
        }
        return number;
    }

    private static Optional<NodeId> agent(JsonObject body) {
        Object value = body.getValue("agentId");
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(NodeId.parse(String.valueOf(value)));
        } catch (IllegalArgumentException notAnId) {
            throw new BadParameterException("agentId", "no agent's id", "write the UUID that /api/v1/agents shows");
        }
    }

    void list(RoutingContext ctx) {
        blocking.call(tokens::list).onSuccess(all -> {
            JsonArray list = new JsonArray();
            all.forEach(token -> list.add(json(token)));
            Json.answer(ctx, new JsonObject().put("at", clock.instant().toString()).put("tokens", list));
        }).onFailure(failure -> fail(ctx, failure));
    }

    void revokeToken(RoutingContext ctx) {
        String id = Objects.requireNonNull(ctx.pathParam("id"), "the route has this parameter");
        blocking.call(() -> tokens.revoke(id)).onSuccess(there -> {
            if (there) {
                ctx.response().setStatusCode(204).putHeader("Cache-Control", "no-store").end();
            } else {
                Problem.notFound("there is no join token with this id; GET " + PATH + " lists them").answer(ctx);
            }
        }).onFailure(failure -> fail(ctx, failure));
    }

    void revokeAgent(RoutingContext ctx) {
        NodeId agent;
        try {
            agent = NodeId.parse(Objects.requireNonNull(ctx.pathParam("id"), "the route has this parameter"));
        } catch (IllegalArgumentException notAnId) {
            Problem.badParameter("parameter 'id' is no agent's id: write the UUID that /api/v1/agents shows")
                    .answer(ctx);
            return;
        }
        // Also one that is not known: a host may have to be shut out before it comes.
        blocking.call(() -> tokens.revoke(agent)).onSuccess(since -> Json.answer(ctx,
                new JsonObject().put("agentId", agent.toString()).put("revokedAt", since.toString())))
                .onFailure(failure -> fail(ctx, failure));
    }

    private JsonObject json(StoredToken token) {
        JsonObject json = new JsonObject().put("id", token.id()).put("site", token.site())
                .put("state", token.state(clock.instant()).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .put("usesAllowed", token.usesAllowed()).put("uses", token.uses())
                .put("createdAt", token.createdAt().toString()).put("expiresAt", token.expiresAt().toString());
        token.agent().ifPresent(agent -> json.put("agentId", agent.toString()));
        token.revokedAt().map(Instant::toString).ifPresent(at -> json.put("revokedAt", at));
        return json;
    }

    private static void fail(RoutingContext ctx, Throwable failure) {
        if (failure instanceof StoreException || failure instanceof TooBusyException) {
            Problem.unavailable("this cannot be done at present: " + failure.getMessage()).answer(ctx);
        } else {
            ctx.fail(failure);
        }
    }
}
