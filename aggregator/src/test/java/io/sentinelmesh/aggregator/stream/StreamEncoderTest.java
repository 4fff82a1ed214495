package io.sentinelmesh.aggregator.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.matrix.LiveMatrix.ChangedCell;
import io.sentinelmesh.aggregator.matrix.LiveMatrix.RowAge;
import io.sentinelmesh.measurement.ProbeKind;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds the server's bytes against the files that the dashboard reads in its own tests. */
class StreamEncoderTest {

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
        List<RowAge> rows = message.getJsonArray("rows").stream().map(JsonObject.class::cast)
                .map(row -> new RowAge(row.getInteger("source"), row.getValue("ageMillis") == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(row.getLong("ageMillis"))))
                .toList();
        List<StreamEncoder.Entry> cells = message.getJsonArray("cells").stream().map(JsonObject.class::cast)
                .map(cell -> new StreamEncoder.Entry(cell.getInteger("source"), cell.getInteger("destination"),
                        state(cell.getInteger("state")), cell.getInteger("loss"), cell.getInteger("delay")))
                .toList();
        byte type = message.getString("kind").equals("snapshot") ? StreamEncoder.SNAPSHOT : StreamEncoder.DELTA;
        Instant at = Instant.EPOCH.plusNanos((long) (message.getDouble("at") * 1e3) * 1_000);

        byte[] bytes = StreamEncoder.message(type, message.getLong("tick"), at, rows, cells);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden.getString("hex"));
    }

    private static CellState state(int code) {
        return Arrays.stream(CellState.values()).filter(state -> state.code() == code).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 255", "10, 10, 0", "10, 0, 200", "10, 9, 20", "1000, 999, 1", "1000, 1, 199", "3, 2, 67",
            "100000, 99999, 1"})
    void loss_is_rounded_but_never_to_none_or_all(int sent, int received, int code) {
        assertThat(StreamEncoder.lossCode(new CellFigures(sent, received, 1, 1, 1))).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "255, 256", "256, 257", "511, 512", "512, 513", "514, 514"})
    void a_delay_is_told_by_its_code(int micros, int code) {
        Cell cell = new Cell(0, 1, CellState.OK, ProbeKind.ICMP_ECHO, new CellFigures(10, 10, 0, micros, micros),
                OptionalInt.empty(), Instant.EPOCH);
        byte[] bytes = StreamEncoder.delta(1, Instant.EPOCH, List.of(),
                List.of(new ChangedCell(0, 1, java.util.Optional.of(cell))));

        assertThat((bytes[30] & 0xff) | (bytes[31] & 0xff) << 8).isEqualTo(code);
    }
}
