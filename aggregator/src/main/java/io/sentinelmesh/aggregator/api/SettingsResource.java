package io.sentinelmesh.aggregator.api;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.aggregator.settings.SettingsDesk;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoredSettings;
import io.sentinelmesh.settings.Fault;
import io.sentinelmesh.settings.SettingsDocument;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** {@code /api/v1/settings}: the mesh's settings document and its history. */
final class SettingsResource {

    static final String PATH = "/api/v1/settings";
    static final String VERSIONS_PATH = PATH + "/versions";
    static final String VERSION_PATH = VERSIONS_PATH + "/{version}";

    private static final String YAML = "application/yaml";
    private static final int LONGEST_AUTHOR = 100;

    private final SettingsDesk desk;

    SettingsResource(SettingsDesk desk) {
        this.desk = desk;
    }

    void mount(Router router) {
        router.get(PATH).handler(this::get);
        router.put(PATH).handler(BodyHandler.create(false).setBodyLimit(SettingsDocument.MAX_BYTES))
                .handler(this::put).failureHandler(SettingsResource::tooLong);
        router.get(VERSIONS_PATH).handler(this::versions);
        router.get(VERSIONS_PATH + "/:version").handler(this::version);
    }

    private void get(RoutingContext ctx) {
        desk.inForce().onSuccess(stored -> answer(ctx, stored)).onFailure(failure -> fail(ctx, failure));
    }

    private void version(RoutingContext ctx) {
        OptionalLong version = number(String.valueOf(ctx.pathParam("version")));
        if (version.isEmpty()) {
            Problem.badParameter("parameter 'version' is no number: /api/v1/settings/versions lists them").answer(ctx);
            return;
        }
        desk.version(version.getAsLong()).onSuccess(stored -> {
            if (stored.isEmpty()) {
                Problem.notFound("there is no version " + version.getAsLong()
                        + " of the settings; /api/v1/settings/versions lists them").answer(ctx);
            } else {
                answer(ctx, stored);
            }
        }).onFailure(failure -> fail(ctx, failure));
    }

    private void versions(RoutingContext ctx) {
        desk.history().onSuccess(entries -> {
            JsonArray list = new JsonArray();
            entries.forEach(entry -> list.add(json(entry)));
            Json.answer(ctx, new JsonObject().put("versions", list));
        }).onFailure(failure -> fail(ctx, failure));
    }

    private void put(RoutingContext ctx) {
        Optional<String> condition = Optional.ofNullable(ctx.request().getHeader(HttpHeaders.IF_MATCH));
        if (condition.isEmpty()) {
            new Problem(428, "precondition-required", "Say what you changed", "the header If-Match must name the "
                    + "version that this document was written after, such as If-Match: \"7\" (\"0\" if there is none yet): "
                    + "so nobody's change is overwritten unseen").answer(ctx);
            return;
        }
        OptionalLong after = number(condition.get().strip().replaceAll("^\"|\"$", ""));
        if (after.isEmpty()) {
            Problem.badParameter("the header If-Match is no version: write a number in quotes, such as \"7\"")
                    .answer(ctx);
            return;
        }
        String author = Optional.ofNullable(ctx.queryParams().get("author")).orElse("unknown").strip();
        if (author.isEmpty() || author.length() > LONGEST_AUTHOR || author.chars().anyMatch(Character::isISOControl)) {
            Problem.badParameter("parameter 'author' must be 1 to " + LONGEST_AUTHOR
                    + " characters without control characters").answer(ctx);
            return;
        }
        Optional<String> document = text(ctx);
        if (document.isEmpty()) {
            new Problem(400, "bad-body", "Bad body", "the body is not UTF-8, or holds a NUL: send the document as text")
                    .answer(ctx);
            return;
        }
        desk.put(document.get(), after.getAsLong(), author)
                .onSuccess(outcome -> answer(ctx, outcome, after.getAsLong()))
                .onFailure(failure -> fail(ctx, failure));
    }

    private static void answer(RoutingContext ctx, SettingsDesk.Outcome outcome, long after) {
        switch (outcome) {
            case SettingsDesk.Outcome.Stored(StoredSettings.Entry entry) -> answer(ctx, entry);
            case SettingsDesk.Outcome.Unchanged(StoredSettings.Entry entry) -> answer(ctx, entry);
            case SettingsDesk.Outcome.Overtaken(long newest) -> new Problem(412, "overtaken", "Another one came first",
                    "the document was written after version " + after + ", but version " + newest
                            + " is in force: read it, write your change into it and send that with If-Match: \""
                            + newest
                            + "\"")
                    .answer(ctx);
            case SettingsDesk.Outcome.Invalid(List<Fault> faults) -> new Problem(422, "settings-invalid",
                    "The document cannot be used", String.valueOf(faults.getFirst())
                            + (faults.size() > 1 ? " (" + faults.size() + " faults in all)" : "")
                            + "; nothing was changed")
                    .answer(ctx, new JsonObject().put("faults", json(faults)));
        }
    }

    private static void answer(RoutingContext ctx, StoredSettings.Entry entry) {
        ctx.response().putHeader(HttpHeaders.ETAG, "\"" + entry.version() + "\"");
        Json.answer(ctx, json(entry));
    }

    private static void answer(RoutingContext ctx, Optional<StoredSettings> stored) {
        long version = stored.map(found -> found.entry().version()).orElse(0L);
        ctx.response().putHeader(HttpHeaders.ETAG, "\"" + version + "\"").putHeader(HttpHeaders.VARY,
                HttpHeaders.ACCEPT);
        if (Optional.ofNullable(ctx.request().getHeader(HttpHeaders.ACCEPT)).orElse("").startsWith(YAML)) {
            // As it was written; JSON is YAML, too.
            ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, YAML).putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(stored.map(StoredSettings::document).orElse(""));
            return;
        }
        Json.answer(ctx, stored.map(found -> json(found.entry()).put("document", found.document()))
                .orElseGet(() -> new JsonObject().put("version", 0).put("document", "")));
    }

    private static void tooLong(RoutingContext ctx) {
        if (ctx.statusCode() == 413) {
            new Problem(413, "too-large", "Document too large",
                    "a settings document may have at most " + SettingsDocument.MAX_BYTES + " bytes").answer(ctx);
        } else {
            ctx.next();
        }
    }

    private static void fail(RoutingContext ctx, Throwable failure) {
        if (failure instanceof StoreException || failure instanceof TooBusyException) {
            Problem.unavailable("the settings cannot be read or written at present: " + failure.getMessage())
                    .answer(ctx);
        } else {
            ctx.fail(failure);
        }
    }

    private static OptionalLong number(String text) {
        return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private static Optional<String> text(RoutingContext ctx) {
        Buffer body = Optional.ofNullable(ctx.body().buffer()).orElseGet(Buffer::buffer);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(body.getBytes()))
                    .toString();
            // PostgreSQL takes no NUL in a text.
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static JsonObject json(StoredSettings.Entry entry) {
        return new JsonObject().put("version", entry.version()).put("sha256", entry.sha256())
                .put("storedAt", entry.storedAt().toString()).put("author", entry.author());
    }

    private static JsonArray json(List<Fault> faults) {
        JsonArray list = new JsonArray();
        faults.forEach(fault -> list.add(new JsonObject().put("line", fault.place().line())
                .put("column", fault.place().column()).put("message", fault.message())));
        return list;
    }
}
