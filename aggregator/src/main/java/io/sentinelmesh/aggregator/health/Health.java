package io.sentinelmesh.aggregator.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** What is wrong at present, from everyone who may know; asked by any thread, so the sources must be cheap and thread-safe. */
public final class Health {

    private final String version;
    private final Map<String, Supplier<Optional<String>>> sources = new LinkedHashMap<>();

    public Health(String version) {
        this.version = version;
    }

    /**
     * Before the server starts.
     *
     * @param trouble one line that says what is wrong and what to do; empty if all is well
     */
    public void watch(String what, Supplier<Optional<String>> trouble) {
        sources.put(what, trouble);
    }

    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        sources.forEach((what, source) -> source.get().ifPresent(trouble -> troubles.add(what + ": " + trouble)));
        return troubles;
    }

    public void answerAll(RoutingContext ctx) {
        answer(ctx, 200, troubles());
    }

    /** This code runs on an event loop, so an answer at all is the proof of life. */
    public void answerLive(RoutingContext ctx) {
        answer(ctx, 200, troubles());
    }

    public void answerReady(RoutingContext ctx) {
        List<String> troubles = troubles();
        answer(ctx, troubles.isEmpty() ? 200 : 503, troubles);
    }

    private void answer(RoutingContext ctx, int status, List<String> troubles) {
        ctx.response().setStatusCode(status).putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store").end(new JsonObject().put("live", true)
                        .put("ready", troubles.isEmpty()).put("version", version).put("troubles",
                                new JsonArray(troubles))
                        .toBuffer());
    }
}
