package io.sentinelmesh.aggregator.api;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.event.EventQuery;
import io.sentinelmesh.db.event.EventQuery.Place;
import io.sentinelmesh.db.event.EventType;
import io.sentinelmesh.db.event.StoredEvent;
import io.sentinelmesh.db.event.Subject;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/events}. */
final class EventsResource {

    static final String PATH = "/api/v1/events";
    static final int DEFAULT_LIMIT = 100;
    static final int MOST = 1_000;

    private static final Duration DEFAULT_WINDOW = Duration.ofDays(7);
    private static final Set<String> KNOWN = Set.of("from", "to", "type", "subject", "limit", "cursor");

    private final EventLog log;
    private final BlockingCalls blocking;
    private final Clock clock;

    EventsResource(EventLog log, BlockingCalls blocking, Clock clock) {
        this.log = log;
        this.blocking = blocking;
        this.clock = clock;
    }

    void get(RoutingContext ctx) {
        EventQuery query;
        try {
            query = query(ctx.queryParams(), clock.instant());
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        blocking.call(() -> log.page(query)).onSuccess(page -> answer(ctx, query, page)).onFailure(failure -> {
            if (failure instanceof StoreException || failure instanceof TooBusyException) {
                Problem.unavailable("the events cannot be read at present: " + failure.getMessage()).answer(ctx);
            } else {
                ctx.fail(failure);
            }
        });
    }

    private static EventQuery query(MultiMap query, Instant now) {
        QueryParameters.check(query, KNOWN, "use from, to, type, subject, limit or cursor");
        Instant to = HistoryQuery.instant(query, "to").orElse(now.plusSeconds(1));
        Instant from = QueryParameters.from(query, to, DEFAULT_WINDOW);
        return new EventQuery(from, to, Optional.ofNullable(query.get("type")).map(EventsResource::type),
                Optional.ofNullable(query.get("subject")).map(EventsResource::subject),
                Optional.ofNullable(query.get("cursor")).map(EventsResource::place),
                QueryParameters.limit(query, DEFAULT_LIMIT, MOST));
    }

    private static EventType type(String label) {
        return EventType.ofLabel(label).orElseThrow(() -> new BadParameterException("type", "unknown",
                "write one of " + Stream.of(EventType.values()).map(EventType::label).toList()));
    }

    private static Subject subject(String text) {
        String how = "write an agent's id, two ids as source/destination, or site:NAME";
        if (text.startsWith("site:")) {
            return new Subject.Site(PlainText.of("subject", text.substring("site:".length())));
        }
        try {
            int slash = text.indexOf('/');
            return slash < 0
                    ? new Subject.Agent(NodeId.parse(text))
                    : new Subject.Pair(NodeId.parse(text.substring(0, slash)),
                            NodeId.parse(text.substring(slash + 1)));
        } catch (IllegalArgumentException notAnId) {
            throw new BadParameterException("subject", "no subject", how);
        }
    }

    private static String cursor(StoredEvent last) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString((last.event().time() + " " + last.id()).getBytes(StandardCharsets.UTF_8));
    }

    private static Place place(String cursor) {
        try {
            List<String> parts = List
                    .of(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(" ", 2));
            return new Place(Instant.parse(parts.getFirst()), Long.parseLong(parts.getLast()));
        } catch (IllegalArgumentException | DateTimeException notOurs) {
            throw new BadParameterException("cursor", "none of ours", "take it from the answer before, as it is");
        }
    }

    private static void answer(RoutingContext ctx, EventQuery query, List<StoredEvent> page) {
        JsonArray list = new JsonArray();
        page.forEach(each -> list.add(json(each)));
        JsonObject json = new JsonObject().put("events", list);
        if (page.size() == query.limit()) {
            json.put("cursor", cursor(page.getLast()));
        }
        Json.answer(ctx, json);
    }

    private static JsonObject json(StoredEvent each) {
        JsonObject json = new JsonObject().put("id", each.id()).put("at", each.event().time().toString())
                .put("type", each.type()).put("severity", each.severity().label());
        switch (each.event().subject()) {
            case Subject.Agent(NodeId id) -> json.put("agent", id.toString());
            case Subject.Pair(NodeId source, NodeId destination) -> json.put("agent", source.toString())
                    .put("destination", destination.toString());
            case Subject.Site(String name) -> json.put("site", name);
        }
        JsonObject details = new JsonObject();
        each.event().details().forEach(details::put);
        return json.put("details", details);
    }
}
