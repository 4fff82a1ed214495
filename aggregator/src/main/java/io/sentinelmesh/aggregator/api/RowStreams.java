package io.sentinelmesh.aggregator.api;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Writes an answer of many rows as the asker takes them; no text of all of it is ever made. Event loop of the request. */
final class RowStream {

    /** Rows are put together to pieces of about so many bytes. */
    private static final int PIECE_BYTES = 16 * 1024;

    private final HttpServerResponse response;
    private final Iterator<String> rows;

    private RowStream(HttpServerResponse response, Iterator<String> rows) {
        this.response = response;
        this.rows = rows;
    }

    /**
     * @param name of the file that a browser makes of it, without its end
     * @param header the names of the columns
     */
    static <T> void csv(RoutingContext ctx, String name, String header, List<T> rows, Function<T, String> line) {
        ctx.response().putHeader("Content-Type", Csv.CONTENT_TYPE).putHeader("Content-Disposition",
                "attachment; filename=\"" + name + ".csv\"");
        start(ctx, Stream.concat(Stream.of(header), rows.stream().map(line)).iterator());
    }

    /** The head with one more member, an array of the rows. */
    static <T> void json(RoutingContext ctx, JsonObject head, String member, List<T> rows,
            Function<T, JsonObject> row) {
        String begin = head.encode();
        String first = begin.substring(0, begin.length() - 1) + (head.isEmpty() ? "" : ",") + "\"" + member + "\":[";
        boolean[] begun = new boolean[1];
        Stream<String> each = rows.stream().map(one -> {
            String comma = begun[0] ? "," : "";
            begun[0] = true;
            return comma + row.apply(one).encode();
        });
        ctx.response().putHeader("Content-Type", "application/json");
        start(ctx, Stream.concat(Stream.concat(Stream.of(first), each), Stream.of("]}")).iterator());
    }

    private static void start(RoutingContext ctx, Iterator<String> rows) {
        HttpServerResponse response = ctx.response().putHeader("Cache-Control", "no-store").setChunked(true);
        RowStream stream = new RowStream(response, rows);
        response.drainHandler(_ -> stream.write());
        stream.write();
    }

    private void write() {
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
    }
}
