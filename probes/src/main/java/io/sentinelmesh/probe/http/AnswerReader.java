package io.sentinelmesh.probe.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.sentinelmesh.probe.exchange.ConnectionFailure;
import io.sentinelmesh.probe.exchange.Phase;
import io.sentinelmesh.probe.exchange.Phases;
import io.sentinelmesh.probe.exchange.Refusals;

/** Reads one answer, keeps the beginning of its body, and tells the times. Event thread. */
final class AnswerReader extends ChannelInboundHandlerAdapter {

    /** More of a body is not read. */
    static final long MOST_BODY_BYTES = 64L << 20;

    private final Optional<String> version;
    private final int keep;
    private final Phases.Watch watch;
    private final Listener listener;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private Optional<HttpResponse> head = Optional.empty();
    private long bodyBytes;

    interface Listener {

        void answered(HttpAnswer answer);

        /** May be told more than once. */
        void failed(HttpOutcome outcome);
    }

    /**
     * @param version if it is not the one that the answer names
     * @param keep of the body, in bytes
     */
    AnswerReader(Optional<String> version, int keep, Phases.Watch watch, Listener listener) {
        this.version = version;
        this.keep = keep;
        this.watch = watch;
        this.listener = listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            // Frames of kinds that HTTP does not know are to be ignored (RFC 9113 section 5.5).
            if (message instanceof HttpObject part) {
                read(part);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(HttpObject part) {
        if (part.decoderResult().isFailure()) {
            listener.failed(new HttpOutcome.Malformed(Refusals.ownTrouble(part.decoderResult().cause())));
            return;
        }
        if (part instanceof HttpResponse response) {
            begin(response);
        }
        if (part instanceof HttpContent content && head.isPresent()) {
            take(content.content());
            if (part instanceof LastHttpContent) {
                end(head.orElseThrow());
            }
        }
    }

    private void begin(HttpResponse response) {
        // 100 Continue, 103 Early Hints: the answer is still to come.
        if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            head = Optional.of(response);
            watch.end();
            watch.begin(Phase.TRANSFER);
        }
    }

    private void take(ByteBuf content) {
        int bytes = content.readableBytes();
        bodyBytes += bytes;
        int kept = Math.min(bytes, keep - body.size());
        if (kept > 0) {
            byte[] copy = new byte[kept];
            content.getBytes(content.readerIndex(), copy);
            body.writeBytes(copy);
        }
        if (bodyBytes > MOST_BODY_BYTES) {
            listener.failed(new HttpOutcome.BodyTooLarge(MOST_BODY_BYTES));
        }
    }

    private void end(HttpResponse response) {
        watch.end();
        head = Optional.empty();
        listener.answered(new HttpAnswer(response.status().code(),
                version.orElseGet(() -> response.protocolVersion().majorVersion() + "."
                        + response.protocolVersion().minorVersion()),
                Optional.ofNullable(response.headers().get(HttpHeaderNames.LOCATION)),
                body.toString(HttpUtil.getCharset(response, StandardCharsets.UTF_8)), body.size(), bodyBytes));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.failed(new HttpOutcome.Failed(new ConnectionFailure.Disconnected(watch.phase())));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        listener.failed(outcome(cause, watch.phase()));
    }

    static HttpOutcome outcome(Throwable cause, Phase phase) {
        return cause instanceof IOException
                ? new HttpOutcome.Failed(new ConnectionFailure.Disconnected(phase))
                : new HttpOutcome.Malformed(Refusals.ownTrouble(cause));
    }
}
