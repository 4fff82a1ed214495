package io.sentinelmesh.aggregator.api;

import java.util.List;

import io.sentinelmesh.db.reads.BiggestChanges;
import io.sentinelmesh.db.reads.DelayFigures;
import io.sentinelmesh.db.reads.PairChange;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.Window;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/reports/changes}: a window against the one before it. */
final class ChangesReport {

    static final String PATH = "/api/v1/reports/changes";

    private static final String HEADER = "sourceSite,source,destinationSite,destination,beforeSent,beforeReceived,"
            + "beforeLossRatio,beforeMedianMicros,beforeP95Micros,sent,received,lossRatio,medianMicros,p95Micros,"
            + "lossRatioChange,delayFactor,sourceId,destinationId\r\n";

    private record Answer(RankedQuestion question, Window window, List<PairChange> changes) {
    }

    private final Reports reports;

    ChangesReport(Reports reports) {
        this.reports = reports;
    }

    void get(RoutingContext ctx) {
        reports.answer(ctx,
                request -> RankedQuestion.parse(request, reports.clock()), this::read, answer -> answer(ctx, answer));
    }

    private Answer read(RankedQuestion question) {
        Window asked = question.query().window();
        // Where the earlier window is kept by the hour only, both are whole hours, so that they stay equally long.
        Window earlier = reports.reads().fitted(asked.before(), Slot.WINDOW);
        boolean hours = earlier.from().isBefore(reports.clock().instant().minus(reports.reads().retention().minutes()));
        Window window = reports.reads().fitted(asked, hours ? Slot.HOUR : Slot.WINDOW);
        BiggestChanges changes = new BiggestChanges(question.ranking(), question.limit());
        reports.reads().read(new PairQuery(question.query().kind(), List.of(window.before(), window), Slot.WINDOW,
                question.query().scope()), changes);
        return new Answer(question, window, changes.changes());
    }

    private void answer(RoutingContext ctx, Answer answer) {
        if (answer.question.csv()) {
            reports.rows().csv(ctx, "changes", HEADER, answer.changes, ChangesReport::line);
        } else {
            reports.rows().json(ctx, Reports.head(answer.question.query(), answer.window)
                    .put("beforeFrom", answer.window.before().from().toString())
                    .put("by", answer.question.ranking().label()), "pairs", answer.changes, ChangesReport::json);
        }
    }

    private static String line(PairChange change) {
        return Csv.line(change.now().source().site(), change.now().source().name(),
                change.now().destination().site(), change.now().destination().name(), change.before().sent(),
                change.before().received(), change.before().lossRatio(),
                change.before().delays().map(DelayFigures::median), change.before().delays().map(DelayFigures::p95),
                change.now().sent(), change.now().received(), change.now().lossRatio(),
                change.now().delays().map(DelayFigures::median), change.now().delays().map(DelayFigures::p95),
                change.lossRatioChange(), change.delayFactor(), change.now().source().id(),
                change.now().destination().id());
    }

    private static JsonObject json(PairChange change) {
        JsonObject json = new JsonObject().put("source", Json.node(change.now().source()))
                .put("destination", Json.node(change.now().destination()))
                .put("before", Reports.figures(change.before())).put("now", Reports.figures(change.now()));
        if (!Double.isNaN(change.lossRatioChange())) {
            json.put("lossRatioChange", change.lossRatioChange());
        }
        if (!Double.isNaN(change.delayFactor())) {
            json.put("delayFactor", change.delayFactor());
        }
        return json;
    }
}
