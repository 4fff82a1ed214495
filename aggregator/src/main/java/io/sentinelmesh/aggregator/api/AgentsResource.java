package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.util.List;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.measurement.HealthVerdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/agents}. */
final class AgentsResource {

    static final String PATH = "/api/v1/agents";

    private final MeshThread mesh;
    private final Clock clock;

    AgentsResource(MeshThread mesh, Clock clock) {
        this.mesh = mesh;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        mesh.ask(AgentsResource::told).onSuccess(agents -> Json.answer(ctx, list(agents))).onFailure(ctx::fail);
    }

    /** @param verdict whether it is to be believed */
    private record Told(AgentView agent, HealthVerdict verdict) {
    }

    private static List<Told> told(LiveMesh mesh) {
        return mesh.agents().stream()
                .map(agent -> new Told(agent, mesh.selfReports().verdict(agent.node().id()))).toList();
    }

    private JsonObject list(List<Told> agents) {
        JsonArray list = new JsonArray();
        agents.forEach(told -> list.add(one(told.agent, told.verdict)));
        return new JsonObject().put("at", clock.instant().toString()).put("agents", list);
    }

    private static JsonObject one(AgentView agent, HealthVerdict verdict) {
        JsonObject json = new JsonObject().put("id", agent.node().id().toString()).put("name", agent.node().name())
                .put("site", agent.node().site()).put("address", agent.node().address())
                .put("version", agent.version()).put("state", agent.state().label())
                .put("lastSeen", agent.lastSeen().toString()).put("startedAt", agent.startedAt().toString())
                .put("rung", agent.rung()).put("kind", agent.kind().label())
                .put("roundsDropped", agent.roundsDropped()).put("impaired", verdict.impaired());
        if (verdict.impaired()) {
            json.put("impairedReason", verdict.reason());
        }
        if (!agent.remedy().isEmpty()) {
            json.put("remedy", agent.remedy());
        }
        return json;
    }
}
