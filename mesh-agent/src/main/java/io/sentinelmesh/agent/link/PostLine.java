package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.FrameSequence;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/**
 * Where no WebSocket gets through: frames in the bodies of POST requests, one at a time and about one a second (FORMAT.md, Exchange). The newest
 * live rows are asked for when a request is put together, and go before the batches that wait for it.
 */
final class PostLine implements Line {

    static final String PATH = "/api/v1/link/exchange";
    /** From the beginning of one request to that of the next. */
    static final Duration PACE = Duration.ofSeconds(1);
    /** Connecting, sending and the aggregator's 0.7 s included. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    /** Batches are asked for while less than this waits for the next request; a live row finds room beside it. */
    static final int FULL_BYTES = FrameCodec.MAX_FRAME_BYTES / 2;
    private static final int FULL_FRAMES = FrameSequence.MAX_FRAMES / 2;
    /** What the aggregator may have to say at once, and a little more: lists of peers and settings. */
    private static final int MAX_ANSWER_BYTES = FrameSequence.MAX_BYTES;

    private final Vertx vertx;
    private final HttpClient client;
    private final RequestOptions request;
    private final byte[] hello;
    private final User user;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Deque<byte[]> live = new ArrayDeque<>();
    private int waitingBytes;
    private long number;
    private boolean underWay;
    private boolean composing;
    private boolean refused;
    private boolean closed;
    private final Promise<Void> left = Promise.promise();
    private boolean leaving;

    /**
     * @param request to whom, and with what to prove who asks; its path is put there here
     * @param hello as it stands first in each request
     */
    PostLine(Vertx vertx, HttpClient client, RequestOptions request, byte[] hello, User user) {
        this.vertx = vertx;
        this.client = client;
        this.request = request;
        this.hello = hello;
        this.user = user;
    }

    void open() {
        exchange();
    }

    @Override
    public LinkMode mode() {
        return LinkMode.POST;
    }

    @Override
    public void send(byte[] frame) {
        if (closed) {
            return;
        }
        if (composing) {
            live.addLast(frame);
        } else {
            waiting.addLast(frame);
            waitingBytes += frame.length;
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isFull() {
        return waitingBytes >= FULL_BYTES || waiting.size() >= FULL_FRAMES;
    }

    @Override
    public boolean isFullForLive() {
        return !composing;
    }

    @Override
    public void refused() {
        refused = true;
    }

    private void exchange() {
        if (closed || underWay) {
            return;
        }
        underWay = true;
        long begunNanos = System.nanoTime();
        byte[] body = FrameSequence.join(compose());
        RequestOptions now = new RequestOptions(request).setMethod(HttpMethod.POST).setURI(PATH + "?n=" + number++)
                .setTimeout(ANSWER_LIMIT.toMillis()).setIdleTimeout(ANSWER_LIMIT.toMillis())
                .putHeader("Content-Type", "application/octet-stream").putHeader("Cache-Control", "no-store");
        client.request(now).compose(sending -> sending.send(Buffer.buffer(body))).compose(PostLine::read)
                .onComplete(answer -> {
                    underWay = false;
                    if (answer.succeeded()) {
                        answered(answer.result(), begunNanos);
                    } else {
                        end(Failures.reason(answer.cause()));
                    }
                });
    }

    private List<byte[]> compose() {
        composing = true;
        live.clear();
        user.takesLive(this);
        composing = false;
        List<byte[]> frames = new ArrayList<>();
        frames.add(hello);
        int room = FrameSequence.MAX_BYTES - FrameSequence.LENGTH_BYTES - hello.length;
        for (Deque<byte[]> lane : List.of(live, waiting)) {
            while (!lane.isEmpty() && frames.size() < FrameSequence.MAX_FRAMES
                    && lane.getFirst().length + FrameSequence.LENGTH_BYTES <= room) {
                byte[] frame = lane.removeFirst();
                room -= frame.length + FrameSequence.LENGTH_BYTES;
                frames.add(frame);
            }
        }
        waitingBytes = waiting.stream().mapToInt(frame -> frame.length).sum();
        return frames;
    }

    private static Future<List<byte[]>> read(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            Future<Void> _ = response.request().reset();
            return Future.failedFuture("POST is answered HTTP " + response.statusCode());
        }
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            body.appendBuffer(part);
            if (body.length() > MAX_ANSWER_BYTES) {
                Future<Void> _ = response.request().reset();
            }
        });
        return response.end().map(_ -> FrameSequence.split(body.getBytes()));
    }

    private void answered(List<byte[]> frames, long begunNanos) {
        if (closed) {
            return;
        }
        user.heard(this);
        for (byte[] frame : frames) {
            user.received(this, frame);
            if (closed) {
                return;
            }
        }
        if (leaving) {
            lastExchange();
        } else if (refused) {
            end("the aggregator refused");
        } else {
            user.hasRoom(this);
            long sinceMillis = Duration.ofNanos(System.nanoTime() - begunNanos).toMillis();
            vertx.setTimer(Math.max(1, PACE.toMillis() - sinceMillis), _ -> exchange());
        }
    }

    private void end(String why) {
        left.tryComplete();
        if (!closed) {
            closed = true;
            waiting.clear();
            user.ended(this, why);
        }
    }

    @Override
    public void close() {
        closed = true;
        waiting.clear();
        left.tryComplete();
    }

    @Override
    public Future<Void> leave() {
        leaving = true;
        if (closed) {
            left.tryComplete();
        } else if (!underWay) {
            lastExchange();
        }
        return left.future();
    }

    /** What waits now, the goodbye last. */
    private void lastExchange() {
        if (waiting.isEmpty()) {
            close();
        } else {
            exchange();
        }
    }
}
