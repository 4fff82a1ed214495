package io.sentinelmesh.aggregator.door;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.sentinelmesh.aggregator.identity.AbsenceProof;
import io.sentinelmesh.aggregator.identity.EnrolOutcome;
import io.sentinelmesh.aggregator.identity.Enrolment;
import io.sentinelmesh.aggregator.identity.JoinRequest;
import io.sentinelmesh.aggregator.identity.MeshTrust;
import io.sentinelmesh.aggregator.identity.Objection;
import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.offload.TooBusyException;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.Validity;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** {@code /api/v1/agents/join}, {@code …/renew}, {@code …/renew/challenge} and {@code …/trusted}. On the door's event loop. */
final class EnrolRoutes {

    /** A certificate request is under 4 KiB, a token under 200 bytes. */
    static final int MOST_BODY_BYTES = 16 * 1_024;

    private final Enrolment enrolment;
    private final MeshTrust trust;
    private final BlockingCalls blocking;
    private final ClientCertificates callers;
    private final Supplier<Ports> ports;
    private final RateLimit rate;
    private final Counter tooMany;

    EnrolRoutes(Enrolment enrolment, MeshTrust trust, BlockingCalls blocking, ClientCertificates callers,
            Supplier<Ports> ports, MetricRegistry registry, LongSupplier nanoTime) {
        this.enrolment = enrolment;
        this.trust = trust;
        this.blocking = blocking;
        this.callers = callers;
        this.ports = ports;
        this.rate = new RateLimit(nanoTime);
        this.tooMany = registry.counter("sentinel_door_requests_limited_total", "",
                "Requests to join or renew that were turned away because their address sent too many.");
    }

    void mount(Router router) {
        router.post("/api/v1/agents/*").handler(this::limit);
        router.post("/api/v1/agents/*").handler(BodyHandler.create(false).setBodyLimit(MOST_BODY_BYTES));
        router.post("/api/v1/agents/join").handler(ctx -> carefully(ctx, this::join));
        router.post("/api/v1/agents/renew").handler(ctx -> carefully(ctx, this::renew));
        router.post("/api/v1/agents/renew/challenge").handler(this::challenge);
        router.get("/api/v1/agents/trusted").handler(this::trusted);
    }

    private void limit(RoutingContext ctx) {
        Optional<Duration> wait = rate.take(addressOf(ctx.request()));
        if (wait.isEmpty()) {
            ctx.next();
            return;
        }
        tooMany.increment();
        ctx.response().putHeader("Retry-After", Long.toString(wait.get().toSeconds()));
        new Problem(429, "too-many-requests", "Too many requests", "more than " + RateLimit.PER_SECOND
                + " requests a second came from this address for a while: wait for the seconds in Retry-After")
                .answer(ctx);
    }

    private static String addressOf(HttpServerRequest request) {
        return request.remoteAddress() == null ? "" : String.valueOf(request.remoteAddress().hostAddress());
    }

    private interface Handling {
        void handle(RoutingContext ctx, Body body);
    }

    private static void carefully(RoutingContext ctx, Handling handling) {
        try {
            handling.handle(ctx, Body.of(ctx));
        } catch (BadBodyException bad) {
            new Problem(400, "bad-body", "Bad body", String.valueOf(bad.getMessage())).answer(ctx);
        }
    }

    private void join(RoutingContext ctx, Body body) {
        JoinRequest request = new JoinRequest(body.text("token"), body.bytes("request"), body.agentName("name"),
                body.optionalText("site"), body.optionalId("agentId"));
        answer(ctx, () -> enrolment.join(request));
    }

    private void renew(RoutingContext ctx, Body body) {
        byte[] request = body.bytes("request");
        if (body.has("signature")) {
            AbsenceProof proof = new AbsenceProof(request, body.id("agentId"), body.text("serial"), body.text("nonce"),
                    body.bytes("signature"));
            answer(ctx, () -> enrolment.renewAfterAbsence(proof));
            return;
        }
        switch (callers.caller(ctx.request())) {
            case ClientCertificates.Caller.Agent(NodeId agent) -> answer(ctx, () -> enrolment.renew(agent, request));
            case ClientCertificates.Caller.Nobody(Problem why) -> why.answer(ctx);
        }
    }

    private void challenge(RoutingContext ctx) {
        Enrolment.ChallengeText challenge = enrolment.challenge();
        send(ctx, new JsonObject().put("nonce", challenge.nonce()).put("expiresAt", challenge.expires().toString()));
    }

    private void trusted(RoutingContext ctx) {
        send(ctx, new JsonObject().put("trusted", texts(trust.trusted())).put("fingerprint", trust.fingerprint()));
    }

    private void answer(RoutingContext ctx, Callable<EnrolOutcome> question) {
        blocking.call(question).onSuccess(outcome -> {
            switch (outcome) {
                case EnrolOutcome.Certified certified -> send(ctx, json(certified));
                case EnrolOutcome.Refused(Objection objection, String words) ->
                    new Problem(status(objection), objection.word(), objection.title(), words).answer(ctx);
            }
        }).onFailure(failure -> {
            if (failure instanceof StoreException || failure instanceof TooBusyException) {
                Problem.unavailable("certificates cannot be given at present, try again later: "
                        + failure.getMessage()).answer(ctx);
            } else {
                ctx.fail(failure);
            }
        });
    }

    private static int status(Objection objection) {
        return switch (objection) {
            case TOKEN_UNKNOWN, PROOF_WRONG -> 401;
            case TOKEN_EXPIRED, TOKEN_USED_UP, TOKEN_REVOKED, TOKEN_FOR_ANOTHER, SITE_MISMATCH, AGENT_REVOKED,
                    AGENT_UNKNOWN, CHALLENGE_EXPIRED, ABSENT_TOO_LONG ->
                403;
            case IDENTITY_TAKEN, NAME_TAKEN -> 409;
            case BAD_REQUEST -> 400;
        };
    }

    private JsonObject json(EnrolOutcome.Certified certified) {
        X509Certificate leaf = certified.chain().getFirst();
        Ports told = ports.get();
        return new JsonObject().put("agentId", certified.agent().toString()).put("name", certified.name())
                .put("site", certified.site()).put("chain", texts(certified.chain()))
                .put("trusted", texts(trust.trusted())).put("notBefore", leaf.getNotBefore().toInstant().toString())
                .put("notAfter", leaf.getNotAfter().toInstant().toString())
                .put("renewAfter", Validity.of(leaf).renewAt().toString()).put("aggregatorId", trust.id().toString())
                .put("webPort", told.web()).put("memberPort", told.member()).put("agentPort", told.agent());
    }

    private static JsonArray texts(List<X509Certificate> certificates) {
        JsonArray texts = new JsonArray();
        for (X509Certificate certificate : certificates) {
            try {
                texts.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            } catch (CertificateEncodingException impossible) {
                throw new IllegalStateException("a certificate that was read from its bytes has them", impossible);
            }
        }
        return texts;
    }

    private static void send(RoutingContext ctx, JsonObject body) {
        Buffer bytes = body.toBuffer();
        ctx.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store").end(bytes);
    }
}
