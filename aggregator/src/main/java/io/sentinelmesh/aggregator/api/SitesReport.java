package io.sentinelmesh.aggregator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.sentinelmesh.aggregator.summary.LiveFigures;
import io.sentinelmesh.aggregator.summary.LiveSummary;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.PairScope;
import io.sentinelmesh.db.reads.SiteFigures;
import io.sentinelmesh.db.reads.SiteTotals;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.Window;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /api/v1/reports/sites}: rows and columns of the matrix by site. */
final class SitesReport {

    static final String PATH = "/api/v1/reports/sites";

    private static final String HEADER = "site,direction,pairs,pairsWithData,sent,received,lossRatio,"
            + Reports.DELAY_COLUMNS
            + ",nowPairs,nowPairsWithData,nowSent,nowReceived,nowLossRatio,nowMedianMicros,nowP95Micros\r\n";

    private record Question(ReportQuery query, boolean csv) {
    }

    private record Answer(Question question, Window window, List<Row> rows, Optional<LiveSummary> live) {
    }

    /** One direction of one site. */
    private record Row(String site, String direction, SiteFigures window, Optional<LiveFigures> now) {
    }

    private final Reports reports;
    private final Supplier<LiveSummary> live;

    SitesReport(Reports reports, Supplier<LiveSummary> live) {
        this.reports = reports;
        this.live = live;
    }

    void get(RoutingContext ctx) {
        reports.answer(ctx,
                request -> new Question(
                        ReportQuery.parse(request.queryParams(), Set.of(), reports.clock().instant()),
                        Csv.wanted(request)),
                this::read, answer -> answer(ctx, answer));
    }

    private Answer read(Question question) {
        ReportQuery query = question.query;
        Window window = reports.reads().fitted(query.window(), Slot.WINDOW);
        SiteTotals totals = new SiteTotals();
        reports.reads().read(new PairQuery(query.kind(), window, Slot.WINDOW, query.scope()), totals);
        // What the live matrix comes to is of all pairs.
        Optional<LiveSummary> now = query.scope().equals(PairScope.EVERYTHING)
                ? Optional.of(live.get())
                : Optional.empty();
        List<Row> rows = new ArrayList<>();
        SortedSet<String> sites = new TreeSet<>(totals.from().keySet());
        sites.addAll(totals.to().keySet());
        now.ifPresent(summary -> {
            sites.addAll(summary.from().keySet());
            sites.addAll(summary.to().keySet());
        });
        SortedMap<String, SiteFigures> from = totals.from();
        SortedMap<String, SiteFigures> to = totals.to();
        for (String site : sites) {
            rows.add(new Row(site, "outgoing", from.getOrDefault(site, SiteFigures.NONE),
                    now.map(summary -> summary.from().getOrDefault(site, LiveFigures.NONE))));
            rows.add(new Row(site, "incoming", to.getOrDefault(site, SiteFigures.NONE),
                    now.map(summary -> summary.to().getOrDefault(site, LiveFigures.NONE))));
        }
        return new Answer(question, window, rows, now);
    }

    private void answer(RoutingContext ctx, Answer answer) {
        if (answer.question.csv) {
            reports.rows().csv(ctx, "sites", HEADER, answer.rows, SitesReport::line);
            return;
        }
        JsonObject head = Reports.head(answer.question.query, answer.window);
        answer.live.ifPresent(summary -> head.put("nowAt", summary.at().toString()));
        reports.rows().json(ctx, head, "sites", answer.rows, SitesReport::json);
    }

    private static String line(Row row) {
        SiteFigures window = row.window;
        Optional<LiveFigures> now = row.now;
        return Csv.line(Stream.of(
                Stream.of(row.site, row.direction, window.pairs(), window.pairsWithData(), window.sent(),
                        window.received(), window.lossRatio()),
                Stream.of(Reports.delayCells(window.delays())),
                Stream.of(now.map(LiveFigures::pairs), now.map(LiveFigures::pairsWithData), now.map(LiveFigures::sent),
                        now.map(LiveFigures::received), now.map(LiveFigures::lossRatio),
                        now.flatMap(figures -> boxed(figures.medianMicros())),
                        now.flatMap(figures -> boxed(figures.p95Micros()))))
                .flatMap(cells -> cells).toArray());
    }

    private static Optional<Integer> boxed(OptionalInt value) {
        return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
    }

    private static JsonObject json(Row row) {
        SiteFigures window = row.window;
        JsonObject json = new JsonObject().put("site", row.site).put("direction", row.direction).put("window",
                Reports.figures(new JsonObject().put("pairs", window.pairs()).put("pairsWithData",
                        window.pairsWithData()), window.sent(), window.received(), window.delays()));
        row.now.ifPresent(now -> {
            JsonObject figures = Reports.counts(
                    new JsonObject().put("pairs", now.pairs()).put("pairsWithData", now.pairsWithData()), now.sent(),
                    now.received());
            now.medianMicros().ifPresent(micros -> figures.put("medianMicros", micros));
            now.p95Micros().ifPresent(micros -> figures.put("p95Micros", micros));
            json.put("now", figures);
        });
        return json;
    }
}
