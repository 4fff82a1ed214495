package io.sentinelmesh.aggregator.api;

import java.util.List;
import java.util.stream.Stream;

import io.sentinelmesh.db.reads.PairFigures;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.Window;
import io.sentinelmesh.db.reads.WorstPairs;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/reports/worst-pairs}. */
final class WorstPairsReport {

    static final String PATH = "/api/v1/reports/worst-pairs";

    private static final String HEADER = "sourceSite,source,destinationSite,destination,sent,received,lossRatio,"
            + Reports.DELAY_COLUMNS + ",sourceId,destinationId\r\n";

    private record Answer(RankedQuestion question, Window window, List<PairFigures> pairs) {
    }

    private final Reports reports;

    WorstPairsReport(Reports reports) {
        this.reports = reports;
    }

    void get(RoutingContext ctx) {
        reports.answer(ctx,
                request -> RankedQuestion.parse(request, reports.clock()), this::read, answer -> answer(ctx, answer));
    }

    private Answer read(RankedQuestion question) {
        Window window = reports.reads().fitted(question.query().window(), Slot.WINDOW);
        WorstPairs worst = new WorstPairs(question.ranking(), question.limit());
        reports.reads().read(new PairQuery(question.query().kind(), window, Slot.WINDOW, question.query().scope()),
                worst);
        return new Answer(question, window, worst.worst());
    }

    private void answer(RoutingContext ctx, Answer answer) {
        if (answer.question.csv()) {
            reports.rows().csv(ctx, "worst-pairs", HEADER, answer.pairs, WorstPairsReport::line);
        } else {
            reports.rows().json(ctx, Reports.head(answer.question.query(), answer.window).put("by",
                    answer.question.ranking().label()), "pairs", answer.pairs, WorstPairsReport::json);
        }
    }

    private static String line(PairFigures pair) {
        return Csv.line(Stream.of(
                Stream.of(pair.source().site(), pair.source().name(), pair.destination().site(),
                        pair.destination().name(), pair.sent(), pair.received(), pair.lossRatio()),
                Stream.of(Reports.delayCells(pair.delays())),
                Stream.of(pair.source().id(), pair.destination().id())).flatMap(cells -> cells).toArray());
    }

    private static JsonObject json(PairFigures pair) {
        return new JsonObject().put("source", Json.node(pair.source()))
                .put("destination", Json.node(pair.destination())).mergeIn(Reports.figures(pair));
    }
}
