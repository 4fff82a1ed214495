package io.sentinelmesh.aggregator.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the server's bytes against the files that the dashboard reads in its own tests. */
class StreamEncoderTest {

    private static final class Row {
        long age = RowBlock.NOT_TOLD;
        final TreeMap<Integer, Integer> codes = new TreeMap<>();
    }

    static Stream<Path> goldenMessages() throws IOException {
        Path folder = Path.of(System.getProperty("sentinel.root", ".."), "web-dashboard/src/api/golden");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("stream-")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("goldenMessages")
    void a_message_has_the_bytes_that_the_dashboard_expects(Path file) throws IOException {
        JsonObject golden = new JsonObject(Files.readString(file));
        JsonObject message = golden.getJsonObject("message");
        TreeMap<Integer, Row> rows = new TreeMap<>();
        objects(message, "rows").forEach(row -> {
            OptionalLong age = row.getValue("ageMillis") == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(row.getLong("ageMillis"));
            rows.computeIfAbsent(row.getInteger("source"), _ -> new Row()).age = StreamEncoder.ageOf(age);
        });
        objects(message, "cells").forEach(cell -> rows.computeIfAbsent(cell.getInteger("source"), _ -> new Row()).codes
                .put(cell.getInteger("destination"), cell.getInteger("state") << 24 | cell.getInteger("loss") << 16
                        | cell.getInteger("delay")));

        StreamEncoder encoder = new StreamEncoder();
        encoder.begin(message.getString("kind").equals("snapshot") ? StreamEncoder.SNAPSHOT : StreamEncoder.DELTA,
                new StreamEncoder.Stamp(message.getLong("run"), message.getLong("tick"),
                        Instant.EPOCH.plusNanos((long) (message.getDouble("at") * 1e3) * 1_000)));
        rows.forEach((source, row) -> {
            BitSet destinations = new BitSet();
            row.codes.keySet().forEach(destinations::set);
            encoder.row(source, row.age, destinations,
                    row.codes.values().stream().mapToInt(Integer::intValue).toArray());
        });
        byte[] bytes = encoder.end();

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden.getString("hex"));
        assertThat(new StreamDecoder().apply(ByteBuffer.wrap(bytes))).as("our own reader")
                .hasSize(message.getJsonArray("cells").size());
    }

    private static List<JsonObject> objects(JsonObject message, String name) {
        return message.getJsonArray(name).stream().map(JsonObject.class::cast).toList();
    }
}
