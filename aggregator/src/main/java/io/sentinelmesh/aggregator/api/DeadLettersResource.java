package io.sentinelmesh.aggregator.api;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.aggregator.ingest.DeadLetters;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.DeadLetter;
import io.sentinelmesh.db.DeadLetterStore;
import io.sentinelmesh.db.StoreException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/v1/dead-letters}: batches that the database refused for their content. */
final class DeadLettersResource {

    static final String PATH = "/api/v1/dead-letters";
    static final String REPLAY_PATH = PATH + "/{id}/replay";

    private final DeadLetterStore store;
    private final DeadLetters letters;
    private final BlockingCalls blocking;

    DeadLettersResource(DeadLetterStore store, DeadLetters letters, BlockingCalls blocking) {
        this.store = store;
        this.letters = letters;
        this.blocking = blocking;
    }

    void mount(Router router) {
        router.get(PATH).handler(this::list);
        router.post(PATH + "/:id/replay").handler(this::replay);
        router.delete(PATH + "/:id").handler(this::delete);
    }

    private void list(RoutingContext ctx) {
        blocking.call(store::list).onSuccess(all -> answer(ctx, all)).onFailure(failure -> fail(ctx, failure));
    }

    private static void answer(RoutingContext ctx, List<DeadLetter> all) {
        JsonArray list = new JsonArray();
        for (DeadLetter letter : all) {
            list.add(new JsonObject().put("id", letter.id()).put("agent", letter.agent().toString())
                    .put("boot", letter.boot().toString()).put("sequence", letter.sequence())
                    .put("at", letter.time().toString()).put("reason", letter.reason())
                    .put("results", letter.results()).put("bytes", letter.bytes()));
        }
        Json.answer(ctx, new JsonObject().put("most", DeadLetterStore.MOST_LETTERS).put("deadLetters", list));
    }

    private void replay(RoutingContext ctx) {
        id(ctx).ifPresentOrElse(id -> blocking.call(() -> letters.replay(id)).onSuccess(replay -> {
            switch (replay) {
                case DeadLetters.Replay.Stored(long results) ->
                    Json.answer(ctx, new JsonObject().put("results", results));
                case DeadLetters.Replay.StoredBefore _ -> Json.answer(ctx, new JsonObject().put("results", 0));
                case DeadLetters.Replay.NotThere _ -> notThere(ctx);
                case DeadLetters.Replay.Refused(String reason) -> new Problem(409, "refused-again", "Refused again",
                        "the database does not take it, so it stays: " + reason).answer(ctx);
            }
        }).onFailure(failure -> fail(ctx, failure)), () -> notThere(ctx));
    }

    private void delete(RoutingContext ctx) {
        id(ctx).ifPresentOrElse(id -> blocking.call(() -> store.delete(id)).onSuccess(there -> {
            if (there) {
                ctx.response().setStatusCode(204).putHeader("Cache-Control", "no-store").end();
            } else {
                notThere(ctx);
            }
        }).onFailure(failure -> fail(ctx, failure)), () -> notThere(ctx));
    }

    private static Optional<Long> id(RoutingContext ctx) {
        try {
            return Optional.of(Long.parseLong(Optional.ofNullable(ctx.pathParam("id")).orElse("")));
        } catch (NumberFormatException notAnId) {
            return Optional.empty();
        }
    }

    private static void notThere(RoutingContext ctx) {
        Problem.notFound("there is no dead letter with this id; GET " + PATH + " lists them").answer(ctx);
    }

    private static void fail(RoutingContext ctx, Throwable failure) {
        if (failure instanceof StoreException || failure instanceof TooBusyException) {
            Problem.unavailable("this cannot be done at present, try again later: " + failure.getMessage())
                    .answer(ctx);
        } else {
            ctx.fail(failure);
        }
    }
}
