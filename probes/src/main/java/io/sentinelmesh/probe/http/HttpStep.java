package io.sentinelmesh.probe.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.CharsetUtil;

import io.sentinelmesh.probe.exchange.Destination;

/**
 * One request, with all of it prepared that does not change from one time to the next. Immutable.
 *
 * @param url as text
 * @param serverName for TLS
 * @param ask what to do there
 */
record HttpStep(WebAddress address, String url, Destination destination, String serverName, HttpAsk ask,
        Encoded encoded) {

    /** A request as HTTP/1.1 sends it. */
    static final class Encoded {

        private final byte[] bytes;

        Encoded(byte[] bytes) {
            this.bytes = bytes;
        }

        /** Shares the bytes. */
        ByteBuf buffer() {
            return Unpooled.wrappedBuffer(bytes);
        }
    }

    static HttpStep of(WebAddress address, HttpAsk ask, Destination destination, String serverName) {
        return new HttpStep(address, address.toString(), destination, serverName, ask,
                encoded(request(address, ask)));
    }

    /** For HTTP/2, whose encoding depends on the connection. */
    FullHttpRequest request() {
        return request(address, ask);
    }

    private static FullHttpRequest request(WebAddress address, HttpAsk ask) {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(ask.method()),
                address.pathAndQuery(),
                ask.body().isEmpty() ? Unpooled.EMPTY_BUFFER : Unpooled.copiedBuffer(ask.body(), CharsetUtil.UTF_8));
        request.headers().set(HttpHeaderNames.HOST, address.authority())
                .set(HttpHeaderNames.USER_AGENT, "sentinel-mesh").set(HttpHeaderNames.ACCEPT, "*/*")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (request.content().isReadable()) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, request.content().readableBytes());
        }
        ask.headers().forEach(header -> request.headers().set(header.getKey(), header.getValue()));
        return request;
    }

    private static Encoded encoded(FullHttpRequest request) {
        EmbeddedChannel encoder = new EmbeddedChannel(new HttpRequestEncoder());
        encoder.writeOutbound(request);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        encoder.finishAndReleaseAll();
        return new Encoded(ByteBufUtil.getBytes(all));
    }
}
