package io.sentinelmesh.aggregator.link;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.problem.Problem;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.FrameSequence;
import io.sentinelmesh.wire.WireFormatException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** {@code POST /api/v1/link/exchange} of one listener: frames in, frames out (FORMAT.md, Exchange). On the listener's event loop. */
final class ExchangeEndpoint {

    /** Bodies that are being read: 2 MiB each at most. */
    static final int MOST_READING = 64;
    static final Duration BODY_WITHIN = Duration.ofSeconds(10);
    /** As many as there may be connections of agents. */
    static final int MOST_SESSIONS = 5_000;
    /** What a session that has ended still has to say waits so long. */
    static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final AgentLink.Surroundings around;
    private final Counter requests;
    private final Map<NodeId, Exchange> sessions = new HashMap<>();
    private int reading;

    ExchangeEndpoint(AgentLink.Surroundings around) {
        this.vertx = around.vertx();
        this.around = around;
        this.requests = around.metrics().exchanges;
    }

    /** @param certified whom the certificate of the connection names; empty if nobody vouches */
    void handle(RoutingContext ctx, Optional<NodeId> certified) {
        requests.increment();
        OptionalLong number = number(ctx);
        if (number.isEmpty()) {
            Problem.badParameter("n counts the requests of a session from 0, such as ?n=0").answer(ctx);
        } else if (reading >= MOST_READING) {
            Problem.unavailable("too many agents send at once").answer(ctx);
        } else {
            read(ctx, body -> take(ctx, certified, number.getAsLong(), body));
        }
    }

    private static OptionalLong number(RoutingContext ctx) {
        String text = ctx.request().getParam("n");
        return text != null && text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private interface Then {
        void with(byte[] body);
    }

    private void read(RoutingContext ctx, Then then) {
        HttpServerRequest request = ctx.request();
        Buffer body = Buffer.buffer();
        boolean[] over = {false};
        reading++;
        long deadline = vertx.setTimer(BODY_WITHIN.toMillis(), _ -> request.connection().close());
        Runnable finished = () -> {
            if (!over[0]) {
                over[0] = true;
                reading--;
                vertx.cancelTimer(deadline);
            }
        };
        request.handler(part -> {
            if (over[0]) {
                return;
            }
            if (body.length() + part.length() > FrameSequence.MAX_BYTES) {
                finished.run();
                around.metrics().tooLarge.increment();
                new Problem(413, "too-large", "Body too large",
                        "a body may have at most " + FrameSequence.MAX_BYTES + " bytes here").answer(ctx);
            } else {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(_ -> finished.run());
        request.endHandler(_ -> {
            if (!over[0]) {
                finished.run();
                then.with(body.getBytes());
            }
        });
    }

    private void take(RoutingContext ctx, Optional<NodeId> certified, long number, byte[] body) {
        List<byte[]> frames;
        Frame.Hello hello;
        try {
            frames = FrameSequence.split(body);
            if (frames.isEmpty() || !(FrameCodec.decode(frames.getFirst()) instanceof Frame.Hello said)) {
                throw new WireFormatException(WireFormatException.Problem.INVALID_CONTENT,
                        "the first frame of each request is HELLO");
            }
            hello = said;
        } catch (WireFormatException refused) {
            around.metrics().undecodable.increment();
            Frame.Refusal.Code code = refused.problem() == WireFormatException.Problem.UNSUPPORTED_VERSION
                    ? Frame.Refusal.Code.UNSUPPORTED_VERSION
                    : Frame.Refusal.Code.MALFORMED;
            around.metrics().refused(code);
            answer(ctx, FrameSequence.join(List.of(
                    FrameCodec.encode(new Frame.Refusal(code, String.valueOf(refused.getMessage()))))));
            return;
        }
        NodeId agent = hello.agent().id();
        Optional<Exchange> session = certified.filter(id -> !id.equals(agent)).isPresent()
                // Not kept: its only word is the link's, that an agent speaks for itself alone.
                ? Optional.of(made(frames.getFirst(), certified, ctx))
                : session(agent, number, frames.getFirst(), certified, ctx);
        session.ifPresentOrElse(
                its -> its.take(frames.subList(1, frames.size()), answer -> answer(ctx, answer)),
                () -> new Problem(409, "begin-anew", "No such session",
                        "this is not the next request of a session that "
                                + "this aggregator has: begin anew with ?n=0 and the oldest batch that is not acknowledged")
                        .answer(ctx));
    }

    private Optional<Exchange> session(NodeId agent, long number, byte[] hello, Optional<NodeId> certified,
            RoutingContext ctx) {
        Exchange known = sessions.get(agent);
        if (number > 0) {
            return Optional.ofNullable(known).filter(its -> its.goesOn(number, hello, certified));
        }
        if (known == null && sessions.size() >= MOST_SESSIONS) {
            return Optional.empty();
        }
        if (known != null) {
            known.close((short) 1000, "begun anew");
        }
        Exchange fresh = made(hello, certified, ctx);
        sessions.put(agent, fresh);
        forgetWhenOver(agent, fresh);
        return Optional.of(fresh);
    }

    private Exchange made(byte[] hello, Optional<NodeId> certified, RoutingContext ctx) {
        return new Exchange(hello, certified, Optional.ofNullable(ctx.request().remoteAddress()), around);
    }

    private void forgetWhenOver(NodeId agent, Exchange session) {
        vertx.setTimer(LAST_WORDS.toMillis(), _ -> {
            if (session.isClosed()) {
                sessions.remove(agent, session);
            } else if (sessions.get(agent) == session) {
                forgetWhenOver(agent, session);
            }
        });
    }

    private static void answer(RoutingContext ctx, byte[] body) {
        if (!ctx.response().ended() && !ctx.response().closed()) {
            ctx.response().putHeader("Content-Type", "application/octet-stream").putHeader("Cache-Control", "no-store")
                    .end(Buffer.buffer(body));
        }
    }
}
