package io.sentinelmesh.aggregator.ingestkey;

import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

import io.sentinelmesh.aggregator.door.RateLimit;
import io.sentinelmesh.aggregator.link.PostedBatches;
import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.StoredIngestKey;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** {@code POST /api/v1/ingest} and {@code POST /api/v1/ingest/token}. One of them for each listener, on its event loop. */
public final class IngestRoutes {

    public static final String PATH = "/api/v1/ingest";
    static final String TOKEN_PATH = PATH + "/token";

    private static final int MOST_TOKEN_BODY_BYTES = 1_024;
    private static final Pattern TIMESTAMP = Pattern.compile("[1-9][0-9]{0,10}");
    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{16,64}");

    private final IngestKeys keys;
    private final MeasurementStore store;
    private final PostedBatches batches;
    private final BlockingCalls blocking;
    private final Counts counts;
    private final Clock clock;
    private final RateLimit rate = new RateLimit(System::nanoTime);

    /** What listeners share. */
    public static final class Counts {

        private final Map<IngestObjection, Counter> refused = new EnumMap<>(IngestObjection.class);
        private final Counter stored;
        private final Counter tokens;

        public Counts(MetricRegistry registry) {
            String name = "sentinel_ingest_requests_total";
            String help = "Requests of third parties by what became of them.";
            stored = registry.counter(name, "result=\"stored\"", help);
            tokens = registry.counter(name, "result=\"token\"", help);
            for (IngestObjection objection : IngestObjection.values()) {
                refused.put(objection, registry.counter(name, "result=\"" + objection.word() + "\"", help));
            }
        }

        private void refused(IngestObjection objection) {
            Counter counter = refused.get(objection);
            if (counter != null) {
                counter.increment();
            }
        }
    }

    public IngestRoutes(IngestKeys keys, MeasurementStore store, PostedBatches batches, BlockingCalls blocking,
            Counts counts, Clock clock) {
        this.keys = keys;
        this.store = store;
        this.batches = batches;
        this.blocking = blocking;
        this.counts = counts;
        this.clock = clock;
    }

    public void mount(Router router) {
        // Each on a route of its own: a body is read before anything of ours.
        router.post(PATH).handler(this::limit);
        router.post(PATH).handler(BodyHandler.create(false).setBodyLimit(FrameCodec.MAX_FRAME_BYTES))
                .handler(this::ingest).failureHandler(this::unread);
        router.post(TOKEN_PATH).handler(this::limit);
        router.post(TOKEN_PATH).handler(BodyHandler.create(false).setBodyLimit(MOST_TOKEN_BODY_BYTES))
                .handler(this::token);
    }

    private void unread(RoutingContext ctx) {
        if (ctx.statusCode() == IngestObjection.TOO_LARGE.status()) {
            refuse(ctx, IngestObjection.TOO_LARGE, "a body has at most " + FrameCodec.MAX_FRAME_BYTES
                    + " bytes here: put fewer rounds into a batch");
        } else {
            ctx.next();
        }
    }

    private void limit(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String address = request.remoteAddress() == null ? "" : String.valueOf(request.remoteAddress().hostAddress());
        if (rate.take(address).isEmpty()) {
            ctx.next();
            return;
        }
        ctx.response().putHeader("Retry-After", "1");
        refuse(ctx, IngestObjection.TOO_MANY, "more than " + RateLimit.PER_SECOND
                + " requests a second came from this address for a while: put more rounds into a batch, or wait");
    }

    private void ingest(RoutingContext ctx) {
        admitted(ctx).onSuccess(admitted -> {
            Frame.Batch batch;
            try {
                batch = batch(ctx, admitted.key());
            } catch (IngestRefusedException refused) {
                fail(ctx, refused);
                return;
            }
            blocking.call(() -> store.lastSequence(batch.agent(), batch.boot()))
                    .compose(last -> batches.offer(IngestKeys.record(IngestKeys.node(admitted.key()), clock.instant()),
                            batch, OptionalLong.of(last)))
                    .onSuccess(outcome -> answer(ctx, batch, outcome)).onFailure(failure -> fail(ctx, failure));
        }).onFailure(failure -> fail(ctx, failure));
    }

    private void token(RoutingContext ctx) {
        admitted(ctx).map(keys::token).onSuccess(issued -> {
            counts.tokens.increment();
            send(ctx, new JsonObject().put("key", issued.name()).put("secret", issued.secret()).put("expiresAt",
                    issued.until().toString()));
        }).onFailure(failure -> fail(ctx, failure));
    }

    private Future<IngestKeys.Admitted> admitted(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String key = header(request, "Sentinel-Key");
        String timestamp = header(request, "Sentinel-Timestamp");
        String nonce = header(request, "Sentinel-Nonce");
        String signature = header(request, "Sentinel-Signature");
        if (!TIMESTAMP.matcher(timestamp).matches() || !NONCE.matcher(nonce).matches() || key.isEmpty()
                || signature.isEmpty() || request.query() != null) {
            return Future.failedFuture(new IngestRefusedException(IngestObjection.HEADERS_MISSING,
                    "a request here has no query, and the headers Sentinel-Key, Sentinel-Timestamp (Unix seconds), "
                            + "Sentinel-Nonce (16 to 64 of A-Z a-z 0-9 _ -) and Sentinel-Signature (docs/ingest.md)"));
        }
        SignedRequest signed = new SignedRequest(request.method().name(), String.valueOf(request.path()), key,
                timestamp, nonce,
                SignedRequest.sha256(bytes(ctx)));
        return blocking.call(() -> keys.admit(signed, signature));
    }

    private static byte[] bytes(RoutingContext ctx) {
        Buffer body = ctx.body().buffer();
        return body == null ? new byte[0] : body.getBytes();
    }

    private static String header(HttpServerRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    private static Frame.Batch batch(RoutingContext ctx, StoredIngestKey key) {
        Frame frame;
        try {
            frame = FrameCodec.decode(bytes(ctx));
        } catch (WireFormatException unreadable) {
            throw new IngestRefusedException(IngestObjection.NOT_A_BATCH, "the body is no frame of FORMAT.md: "
                    + unreadable.getMessage());
        }
        if (!(frame instanceof Frame.Batch batch)) {
            throw new IngestRefusedException(IngestObjection.NOT_A_BATCH,
                    "the body must be one BATCH frame, not another");
        }
        if (!batch.agent().equals(key.agent())
                || batch.rows().stream().anyMatch(row -> !row.source().equals(key.agent()))) {
            throw new IngestRefusedException(IngestObjection.OTHER_AGENT, "this key is agent " + key.agent()
                    + "'s: the batch and all its rows must name that one as their source");
        }
        return batch;
    }

    private void answer(RoutingContext ctx, Frame.Batch batch, PostedBatches.Outcome outcome) {
        switch (outcome) {
            case PostedBatches.Outcome.Stored(long through) -> {
                counts.stored.increment();
                send(ctx, new JsonObject().put("agentId", batch.agent().toString()).put("boot", batch.boot().toString())
                        .put("acknowledged", through));
            }
            case PostedBatches.Outcome.OutOfOrder(long expected) ->
                refuse(ctx, IngestObjection.OUT_OF_ORDER, "batch " + batch.sequence() + " of boot " + batch.boot()
                        + " came where " + expected + " is due: send that first");
            case PostedBatches.Outcome.Overloaded(String reason) -> refuse(ctx, IngestObjection.OVERLOADED, reason);
            case PostedBatches.Outcome.Late _ -> refuse(ctx, IngestObjection.NOT_YET_STORED,
                    "the database has not taken it in time: keep this batch and send it again, with a new nonce");
        }
    }

    private static void send(RoutingContext ctx, JsonObject body) {
        ctx.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }

    private void refuse(RoutingContext ctx, IngestObjection objection, String detail) {
        counts.refused(objection);
        objection.problem(detail).answer(ctx);
    }

    private void fail(RoutingContext ctx, Throwable failure) {
        switch (failure) {
            case IngestRefusedException refused ->
                refuse(ctx, refused.objection(), String.valueOf(refused.getMessage()));
            case StoreException away -> refuse(ctx, IngestObjection.UNAVAILABLE,
                    "this cannot be done at present, try again later: " + away.getMessage());
            case TooBusyException busy ->
                refuse(ctx, IngestObjection.UNAVAILABLE, String.valueOf(busy.getMessage()));
            default -> ctx.fail(failure);
        }
    }
}
