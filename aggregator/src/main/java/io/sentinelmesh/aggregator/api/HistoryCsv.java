package io.sentinelmesh.aggregator.api;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.HistoryPoint;
import io.sentinelmesh.db.HistoryPoint.Delays;
import io.vertx.ext.web.RoutingContext;

/** A pair's history as CSV, a line for each step that has data; as many as the JSON has points. */
final class HistoryCsv {

    private static final String HEADER = "at,sent,received,lossRatio,minMicros,lowerQuartileMicros,medianMicros,"
            + "upperQuartileMicros,maxMicros,meanMicros\r\n";

    private HistoryCsv() {
    }

    static void answer(RowStreams rows, RoutingContext ctx, List<HistoryPoint> points) {
        rows.csv(ctx, "history", HEADER, points, HistoryCsv::line);
    }

    private static String line(HistoryPoint point) {
        double lossRatio = point.sent() == 0
                ? Double.NaN
                : (double) (point.sent() - point.received()) / point.sent();
        Optional<Delays> delays = point.delays();
        return Csv.line(point.start(), point.sent(), point.received(), lossRatio, delays.map(Delays::min),
                delays.map(Delays::lowerQuartile), delays.map(Delays::median), delays.map(Delays::upperQuartile),
                delays.map(Delays::max), delays.map(Delays::mean));
    }
}
