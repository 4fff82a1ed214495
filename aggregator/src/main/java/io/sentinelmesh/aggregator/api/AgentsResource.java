package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.util.List;
import java.util.Set;

import io.sentinelmesh.aggregator.identity.IdentityBook;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.db.identity.EnrolledAgent;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/agents}. */
final class AgentsResource {

    static final String PATH = "/api/v1/agents";

    private record Answer(List<AgentView> agents, Set<NodeId> duplicates) {
    }

    private final MeshThread mesh;
    private final IdentityBook book;
    private final Clock clock;

    AgentsResource(MeshThread mesh, IdentityBook book, Clock clock) {
        this.mesh = mesh;
        this.book = book;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        mesh.ask(live -> new Answer(live.agents(), live.duplicates()))
                .onSuccess(answer -> Json.answer(ctx, list(answer))).onFailure(ctx::fail);
    }

    private JsonObject list(Answer answer) {
        JsonArray list = new JsonArray();
        answer.agents
                .forEach(agent -> list.add(one(agent, answer.duplicates.contains(agent.node().id()))));
        return new JsonObject().put("at", clock.instant().toString()).put("agents", list);
    }

    private JsonObject one(AgentView agent, boolean duplicate) {
        JsonObject json = new JsonObject().put("id", agent.node().id().toString()).put("name", agent.node().name())
                .put("site", agent.node().site()).put("address", agent.node().address())
                .put("version", agent.version()).put("state", agent.state().label())
                .put("lastSeen", agent.lastSeen().toString()).put("startedAt", agent.startedAt().toString())
                .put("rung", agent.rung()).put("kind", agent.kind().label())
                .put("roundsDropped", agent.roundsDropped()).put("duplicateIdentity", duplicate)
                .put("revoked", book.revokedAt(agent.node().id()).isPresent());
        book.find(agent.node().id()).flatMap(EnrolledAgent::certified)
                .ifPresent(end -> json.put("certificateExpires", end.toString()));
        if (!agent.remedy().isEmpty()) {
            json.put("remedy", agent.remedy());
        }
        return json;
    }
}
