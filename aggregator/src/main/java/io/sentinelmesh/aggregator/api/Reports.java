package io.sentinelmesh.aggregator.api;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.reads.DelayFigures;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.reads.PairFigures;
import io.sentinelmesh.db.reads.UnanswerableException;
import io.sentinelmesh.db.reads.Window;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** What the resources of reports share: asking, refusing, and how figures look. */
final class Reports {

    static final String DELAY_COLUMNS = "minMicros,medianMicros,p95Micros,maxMicros,meanMicros";

    private final MeshReads reads;
    private final BlockingCalls blocking;
    private final RowStreams rows;
    private final Clock clock;

    Reports(MeshReads reads, BlockingCalls blocking, RowStreams rows, Clock clock) {
        this.reads = reads;
        this.blocking = blocking;
        this.rows = rows;
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    RowStreams rows() {
        return rows;
    }

    MeshReads reads() {
        return reads;
    }

    /** The request makes a question, the question an answer off the event loop, the answer a response. */
    <Q, A> void answer(RoutingContext ctx, Function<RoutingContext, Q> parse, Function<Q, A> read,
            Consumer<A> respond) {
        Q question;
        try {
            question = parse.apply(ctx);
        } catch (BadParameterException bad) {
            Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            return;
        }
        blocking.call(() -> read.apply(question)).onSuccess(respond::accept).onFailure(failure -> fail(ctx, failure));
    }

    static void fail(RoutingContext ctx, Throwable failure) {
        switch (failure) {
            case UnanswerableException large -> tooLarge(String.valueOf(large.getMessage())).answer(ctx);
            case BadParameterException bad -> Problem.badParameter(String.valueOf(bad.getMessage())).answer(ctx);
            case StoreException store -> Problem.unavailable("this cannot be read at present: " + store.getMessage())
                    .answer(ctx);
            case TooBusyException busy -> Problem.unavailable(String.valueOf(busy.getMessage())).answer(ctx);
            default -> ctx.fail(failure);
        }
    }

    static Problem tooLarge(String detail) {
        return new Problem(413, "too-large", "Answer too large", detail);
    }

    static JsonObject head(ReportQuery query, Window read) {
        return new JsonObject().put("kind", query.kind().label()).put("from", read.from().toString())
                .put("to", read.to().toString());
    }

    static JsonObject counts(JsonObject json, long sent, long received) {
        json.put("sent", sent).put("received", received);
        return sent == 0 ? json : json.put("lossRatio", (double) (sent - received) / sent);
    }

    static JsonObject figures(JsonObject json, long sent, long received, Optional<DelayFigures> delays) {
        delays.ifPresent(found -> json.put("roundTripDelayMicros",
                new JsonObject().put("min", found.min()).put("median", found.median()).put("p95", found.p95())
                        .put("max", found.max()).put("mean", found.mean())));
        return counts(json, sent, received);
    }

    static JsonObject figures(PairFigures pair) {
        return figures(new JsonObject(), pair.sent(), pair.received(), pair.delays());
    }

    /** In the order of {@link #DELAY_COLUMNS}. */
    static Object[] delayCells(Optional<DelayFigures> delays) {
        return new Object[]{delays.map(DelayFigures::min), delays.map(DelayFigures::median),
                delays.map(DelayFigures::p95), delays.map(DelayFigures::max), delays.map(DelayFigures::mean)};
    }
}
