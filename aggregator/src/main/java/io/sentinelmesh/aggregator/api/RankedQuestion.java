package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.util.Set;

import io.sentinelmesh.db.reads.Ranking;
import io.vertx.ext.web.RoutingContext;

/** What the reports are asked that tell of the first so many pairs by loss or by delay. */
record RankedQuestion(ReportQuery query, Ranking ranking, int limit, boolean csv) {

    private static final Set<String> FURTHER = Set.of("by", "limit", "source", "destination");

    static RankedQuestion parse(RoutingContext request, Clock clock) {
        return new RankedQuestion(ReportQuery.parse(request.queryParams(), FURTHER, clock.instant()),
                ReportQuery.ranking(request.queryParams()),
                QueryParameters.limit(request.queryParams(), ReportQuery.DEFAULT_LIMIT, ReportQuery.MOST_LIMIT),
                Csv.wanted(request));
    }
}
