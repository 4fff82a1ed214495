package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.util.Set;

import io.sentinelmesh.aggregator.identity.IdentityBook;
import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.aggregator.settings.SettingsAnswers;
import io.sentinelmesh.db.identity.EnrolledAgent;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/agents}. */
final class AgentsResource {

    static final String PATH = "/api/v1/agents";

    private final MeshThread mesh;
    private final IdentityBook book;
    /** The mesh thread's. */
    private final SettingsAnswers settings;
    private final Clock clock;

    AgentsResource(MeshThread mesh, IdentityBook book, SettingsAnswers settings, Clock clock) {
        this.mesh = mesh;
        this.book = book;
        this.settings = settings;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        mesh.ask(this::list).onSuccess(list -> Json.answer(ctx, list)).onFailure(ctx::fail);
    }

    private JsonObject list(LiveMesh live) {
        JsonArray list = new JsonArray();
        Set<NodeId> duplicates = live.duplicates();
        live.agents().forEach(agent -> {
            NodeId id = agent.node().id();
            JsonObject json = one(agent, duplicates.contains(id), live.selfReports().verdict(id));
            settings.of(id).ifPresent(answer -> put(json, answer));
            list.add(json);
        });
        return new JsonObject().put("at", clock.instant().toString()).put("agents", list);
    }

    private static void put(JsonObject json, SettingsAnswers.Answer answer) {
        json.put("settingsVersion", answer.version()).put("settingsPinned", new JsonArray(answer.pinned()));
        answer.refused().ifPresent(refused -> json.put("settingsRefused",
                new JsonObject().put("version", refused.version()).put("reason", refused.reason())));
    }

    private JsonObject one(AgentView agent, boolean duplicate, HealthVerdict verdict) {
        JsonObject json = new JsonObject().put("id", agent.node().id().toString()).put("name", agent.node().name())
                .put("site", agent.node().site()).put("address", agent.node().address())
                .put("version", agent.version()).put("state", agent.state().label())
                .put("lastSeen", agent.lastSeen().toString()).put("startedAt", agent.startedAt().toString())
                .put("rung", agent.rung()).put("kind", agent.kind().label())
                .put("roundsDropped", agent.roundsDropped()).put("duplicateIdentity", duplicate)
                .put("revoked", book.revokedAt(agent.node().id()).isPresent()).put("impaired", verdict.impaired());
        if (verdict.impaired()) {
            json.put("impairedReason", verdict.reason());
        }
        book.find(agent.node().id()).flatMap(EnrolledAgent::certified)
                .ifPresent(end -> json.put("certificateExpires", end.toString()));
        json.put("addresses", new JsonArray(agent.node().addresses())).put("behindNat", agent.node().isBehindNat());
        agent.membership().ifPresent(told -> json.put("membership",
                new JsonObject().put("mode", told.mode()).put("reason", told.reason())));
        if (!agent.remedy().isEmpty()) {
            json.put("remedy", agent.remedy());
        }
        return json;
    }
}
