package io.sentinelmesh.aggregator.api;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.PathStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.path.PairPath;
import io.sentinelmesh.db.path.PathQuery;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/paths}. */
final class PathsResource {

    static final String PATH = "/api/v1/paths";

    private static final int DEFAULT_LIMIT = 100;
    private static final int MOST = 1_000;
    private static final Duration DEFAULT_WINDOW = Duration.ofDays(7);
    private static final Set<String> KNOWN = Set.of("source", "destination", "from", "to", "limit", "cursor");

    /** @param newest the newest path of all, whatever the window; at most one */
    private record Found(List<PairPath> newest, List<PairPath> page) {
    }

    private final PathStore paths;
    private final BlockingCalls blocking;
    private final Clock clock;

    PathsResource(PathStore paths, BlockingCalls blocking, Clock clock) {
        this.paths = paths;
        this.blocking = blocking;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        PathQuery query;
        try {
            query = query(ctx.queryParams(), clock.instant());
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        blocking.call(() -> new Found(paths.newest(query.source(), query.destination()), paths.page(query)))
                .onSuccess(found -> answer(ctx, query, found)).onFailure(failure -> {
                    if (failure instanceof StoreException || failure instanceof TooBusyException) {
                        Problem.unavailable("the paths cannot be read at present: " + failure.getMessage())
                                .answer(ctx);
                    } else {
                        ctx.fail(failure);
                    }
                });
    }

    private static PathQuery query(MultiMap query, Instant now) {
        QueryParameters.check(query, KNOWN, "use source, destination, from, to, limit or cursor");
        Instant to = HistoryQuery.instant(query, "to").orElse(now.plusSeconds(1));
        Instant from = QueryParameters.from(query, to, DEFAULT_WINDOW);
        Instant before = HistoryQuery.instant(query, "cursor").filter(cursor -> cursor.isBefore(to)).orElse(to);
        return new PathQuery(node(query, "source"), node(query, "destination"), from, before,
                QueryParameters.limit(query, DEFAULT_LIMIT, MOST));
    }

    private static NodeId node(MultiMap query, String name) {
        String how = "write a node's id, as in /api/v1/agents";
        String text = Optional.<String>ofNullable(query.get(name))
                .orElseThrow(() -> new BadParameterException(name, "missing", how));
        try {
            return NodeId.parse(text);
        } catch (IllegalArgumentException notAnId) {
            throw new BadParameterException(name, "no id", how);
        }
    }

    private static void answer(RoutingContext ctx, PathQuery query, Found found) {
        JsonArray list = new JsonArray();
        found.page.forEach(path -> list.add(json(path)));
        JsonObject json = new JsonObject().put("source", query.source().toString())
                .put("destination", query.destination().toString()).put("paths", list);
        found.newest.forEach(path -> json.put("current", json(path)));
        if (found.page.size() == query.limit() && found.page.getLast().since().isAfter(query.from())) {
            json.put("cursor", found.page.getLast().since().toString());
        }
        Json.answer(ctx, json);
    }

    private static JsonObject json(PairPath path) {
        JsonArray hops = new JsonArray();
        for (int i = 0; i < path.path().hops().size(); i++) {
            JsonObject hop = new JsonObject().put("hopLimit", i + 1);
            path.path().hops().get(i).map(InetAddress::getHostAddress)
                    .ifPresent(address -> hop.put("address", address));
            List<Integer> labels = path.labels().getOrDefault(i + 1, List.of());
            if (!labels.isEmpty()) {
                hop.put("labels", new JsonArray(labels));
            }
            hops.add(hop);
        }
        return new JsonObject().put("hash", path.path().hash()).put("since", path.since().toString())
                .put("lastSeen", path.lastSeen().toString()).put("outcome", path.outcome().label())
                .put("target", path.target().getHostAddress()).put("flow", path.flow())
                .put("restless", path.restless()).put("hops", hops);
    }
}
