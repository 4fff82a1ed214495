package io.sentinelmesh.aggregator.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.problem.Problem;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers of many rows, written as their askers take them; no text of all of one is ever made. The rows stay in memory until the last is taken, so
 * those who take large ones are counted, and all have only so long. Any event loop.
 */
final class RowStreams {

    /** Of large answers, some 30 MB each. */
    static final int MOST_OPEN = 4;
    /** More rows than that are a large answer. */
    static final int LARGE_ROWS = 1_000;
    /** 20 MB in that time are 1.4 Mbit/s. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    private final Semaphore places = new Semaphore(MOST_OPEN);
    private final Duration longest;
    private final Counter refused;
    private final Counter tooSlow;
    private final Counter failed;

    RowStreams(MetricRegistry registry) {
        this(registry, LONGEST);
    }

    RowStreams(MetricRegistry registry, Duration longest) {
        this.longest = longest;
        String name = "sentinel_api_answers_not_given_total";
        String help = "Answers of many rows that were refused or broken off, by why.";
        refused = registry.counter(name, "reason=\"others-are-reading\"", help);
        tooSlow = registry.counter(name, "reason=\"too-slow\"", help);
        failed = registry.counter(name, "reason=\"failed\"", help);
    }

    /**
     * @param name of the file that a browser makes of it, without its end
     * @param header the names of the columns
     */
    <T> void csv(RoutingContext ctx, String name, String header, List<T> rows, Function<T, String> line) {
        ctx.response().putHeader("Content-Type", Csv.CONTENT_TYPE).putHeader("Content-Disposition",
                "attachment; filename=\"" + name + ".csv\"");
        start(ctx, rows.size(), Stream.concat(Stream.of(header), rows.stream().map(line)));
    }

    /** The head with one more member, an array of the rows. */
    <T> void json(RoutingContext ctx, JsonObject head, String member, List<T> rows, Function<T, JsonObject> row) {
        String begin = head.encode();
        String first = begin.substring(0, begin.length() - 1) + (head.isEmpty() ? "" : ",") + "\"" + member + "\":[";
        boolean[] begun = new boolean[1];
        Stream<String> each = rows.stream().map(one -> {
            String comma = begun[0] ? "," : "";
            begun[0] = true;
            return comma + row.apply(one).encode();
        });
        ctx.response().putHeader("Content-Type", "application/json");
        start(ctx, rows.size(), Stream.concat(Stream.concat(Stream.of(first), each), Stream.of("]}")));
    }

    private void start(RoutingContext ctx, int rows, Stream<String> text) {
        boolean large = rows > LARGE_ROWS;
        if (large && !places.tryAcquire()) {
            refused.increment();
            ctx.response().headers().remove("Content-Disposition");
            Problem.unavailable(MOST_OPEN + " large answers are being read by others: ask again in a few seconds")
                    .answer(ctx);
            return;
        }
        HttpServerResponse response = ctx.response().putHeader("Cache-Control", "no-store").setChunked(true);
        long deadline = ctx.vertx().setTimer(longest.toMillis(), _ -> {
            tooSlow.increment();
            response.reset();
        });
        // However it ends.
        ctx.addEndHandler(_ -> {
            ctx.vertx().cancelTimer(deadline);
            if (large) {
                places.release();
            }
        });
        RowStream stream = new RowStream(response, text.iterator(), failed);
        response.drainHandler(_ -> stream.write());
        stream.write();
    }
}
