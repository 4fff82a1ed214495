package io.sentinelmesh.aggregator.api;

import java.util.List;

import io.sentinelmesh.db.reads.Availability;
import io.sentinelmesh.db.reads.PairAvailability;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.SitePairAvailability;
import io.sentinelmesh.db.reads.SlotCounts;
import io.sentinelmesh.db.reads.Window;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/reports/availability}: how pairs, or pairs of sites, kept what was promised. */
final class AvailabilityReport {

    static final String PATH = "/api/v1/reports/availability";

    /** In one answer, CSV or JSON; of pairs of sites, so many pairs are summed up. Some 20 MB. */
    static final int MOST_PAIRS = 100_000;

    private static final String SLOTS = "sent,received,availability,metSlots,missedSlots,noDataSlots,excludedSlots";
    private static final String PAIR_HEADER = "sourceSite,source,destinationSite,destination," + SLOTS
            + ",sourceId,destinationId\r\n";
    private static final String SITE_PAIR_HEADER = "sourceSite,destinationSite,pairs," + SLOTS + "\r\n";

    private record Question(AvailabilityQuery query, boolean csv) {
    }

    /** Of the two lists the one that was asked for; the other is empty. */
    private record Answer(Question question, Window window, List<PairAvailability> pairs,
            List<SitePairAvailability> sitePairs) {
    }

    private final Reports reports;

    AvailabilityReport(Reports reports) {
        this.reports = reports;
    }

    void get(RoutingContext ctx) {
        reports.answer(ctx,
                request -> new Question(AvailabilityQuery.parse(request.queryParams(), reports.clock().instant(),
                        reports.reads().retention().minutes()), Csv.wanted(request)),
                this::read, answer -> answer(ctx, answer));
    }

    private Answer read(Question question) {
        AvailabilityQuery query = question.query;
        Window window = reports.reads().fitted(query.report().window(), query.slot());
        Availability counted = new Availability(query.objective(), window, query.slot(), query.excluded(), MOST_PAIRS);
        reports.reads().read(new PairQuery(query.report().kind(), window, query.slot(), query.report().scope()),
                counted);
        // Here, since 100,000 rows are made and sorted in a tenth of a second: longer than an event loop may stand still.
        return query.bySitePair()
                ? new Answer(question, window, List.of(), counted.sitePairs())
                : new Answer(question, window, counted.pairs(), List.of());
    }

    private void answer(RoutingContext ctx, Answer answer) {
        boolean bySitePair = answer.question.query.bySitePair();
        if (answer.question.csv) {
            if (bySitePair) {
                reports.rows().csv(ctx, "availability", SITE_PAIR_HEADER, answer.sitePairs,
                        AvailabilityReport::line);
            } else {
                reports.rows().csv(ctx, "availability", PAIR_HEADER, answer.pairs, AvailabilityReport::line);
            }
        } else if (bySitePair) {
            reports.rows().json(ctx, head(answer), "sitePairs", answer.sitePairs, AvailabilityReport::json);
        } else {
            reports.rows().json(ctx, head(answer), "pairs", answer.pairs, AvailabilityReport::json);
        }
    }

    private static JsonObject head(Answer answer) {
        AvailabilityQuery query = answer.question.query;
        JsonObject objective = new JsonObject().put("maxLossRatio", query.objective().mostLossRatio());
        query.objective().mostMedianMicros().ifPresent(micros -> objective.put("maxMedianMicros", micros));
        return Reports.head(query.report(), answer.window).put("slotSeconds", query.slot().length().toSeconds())
                .put("objective", objective);
    }

    private static String line(PairAvailability pair) {
        SlotCounts slots = pair.slots();
        return Csv.line(pair.source().site(), pair.source().name(), pair.destination().site(),
                pair.destination().name(), pair.sent(), pair.received(), slots.availability(), slots.met(),
                slots.missed(), slots.noData(), slots.excluded(), pair.source().id(), pair.destination().id());
    }

    private static String line(SitePairAvailability pair) {
        SlotCounts slots = pair.slots();
        return Csv.line(pair.sourceSite(), pair.destinationSite(), pair.pairs(), pair.sent(), pair.received(),
                slots.availability(), slots.met(), slots.missed(), slots.noData(), slots.excluded());
    }

    private static JsonObject json(PairAvailability pair) {
        return slots(new JsonObject().put("source", Json.node(pair.source())).put("destination",
                Json.node(pair.destination())), pair.sent(), pair.received(), pair.slots());
    }

    private static JsonObject json(SitePairAvailability pair) {
        return slots(new JsonObject().put("sourceSite", pair.sourceSite())
                .put("destinationSite", pair.destinationSite()).put("pairs", pair.pairs()), pair.sent(),
                pair.received(), pair.slots());
    }

    private static JsonObject slots(JsonObject json, long sent, long received, SlotCounts slots) {
        json.put("sent", sent).put("received", received).put("metSlots", slots.met())
                .put("missedSlots", slots.missed()).put("noDataSlots", slots.noData())
                .put("excludedSlots", slots.excluded());
        return Double.isNaN(slots.availability()) ? json : json.put("availability", slots.availability());
    }
}
