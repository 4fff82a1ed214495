package io.sentinelmesh.probe.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Netty's decoder for one answer, without what it has for several requests on one connection. */
final class AnswerDecoder extends HttpResponseDecoder {

    private static final int MOST_LINE_BYTES = 16_384;
    private static final int MOST_HEADER_BYTES = 65_536;
    private static final int CHUNK_BYTES = 8_192;

    private final boolean toHead;

    /** @param toHead whether HEAD was asked for, to which no body comes whatever the headers say */
    AnswerDecoder(boolean toHead) {
        super(new HttpDecoderConfig().setMaxInitialLineLength(MOST_LINE_BYTES).setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxChunkSize(CHUNK_BYTES));
        this.toHead = toHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return toHead || super.isContentAlwaysEmpty(message);
    }
}
