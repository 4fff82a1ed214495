package io.sentinelmesh.aggregator.api;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** One answer of {@link RowStreams}. Event loop of the request. */
final class RowStream {

    private static final Logger LOG = LoggerFactory.getLogger(RowStream.class);
    /** Rows are put together to pieces of about so many bytes. */
    private static final int PIECE_BYTES = 16 * 1024;

    private final HttpServerResponse response;
    private final Iterator<String> rows;
    private final Counter failed;

    RowStream(HttpServerResponse response, Iterator<String> rows, Counter failed) {
        this.response = response;
        this.rows = rows;
        this.failed = failed;
    }

    /** As much as goes out at once. */
    void write() {
        try {
            while (!response.closed() && !response.ended()) {
                if (!rows.hasNext()) {
                    response.end();
                    return;
                }
                if (response.writeQueueFull()) {
                    return;
                }
                Buffer piece = Buffer.buffer(PIECE_BYTES);
                while (rows.hasNext() && piece.length() < PIECE_BYTES) {
                    piece.appendBytes(rows.next().getBytes(StandardCharsets.UTF_8));
                }
                response.write(piece);
            }
        } catch (RuntimeException faulty) {
            // An end would make a whole answer of what has gone out.
            failed.increment();
            LOG.error("An answer was broken off: a row of it cannot be written", faulty);
            response.reset();
        }
    }
}
