package io.sentinelmesh.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.sentinelmesh.db.PastMatrix;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.UnanswerableException;
import io.sentinelmesh.db.reads.Window;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/** Many pairs of a {@link FakeStore}, read from the batches it was given. */
final class FakeReads implements MeshReads, PastMatrix {

    private final Supplier<List<MeshNode>> nodes;
    private final Supplier<List<ReceivedBatch>> batches;
    volatile Retention retention = Retention.DEFAULT;
    /** What every question is refused with. */
    volatile Optional<String> refusal = Optional.empty();

    FakeReads(Supplier<List<MeshNode>> nodes, Supplier<List<ReceivedBatch>> batches) {
        this.nodes = nodes;
        this.batches = batches;
    }

    private record Key(String source, String destination, int window, Instant slot) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int bySource = source.compareTo(other.source);
            int byDestination = bySource != 0 ? bySource : destination.compareTo(other.destination);
            int byWindow = byDestination != 0 ? byDestination : Integer.compare(window, other.window);
            return byWindow != 0 ? byWindow : slot.compareTo(other.slot);
        }
    }

    @Override
    public List<MeshNode> nodes() {
        return nodes.get();
    }

    @Override
    public Retention retention() {
        return retention;
    }

    @Override
    public Window fitted(Window asked, Slot slot) {
        Duration unit = slot == Slot.HOUR ? slot.length() : Slot.MINUTE.length();
        Instant from = floor(asked.from(), unit);
        Instant to = floor(asked.to(), unit);
        return new Window(from, from.isBefore(to) ? to : from.plus(unit));
    }

    private static Instant floor(Instant time, Duration unit) {
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), unit.toSeconds()) * unit.toSeconds());
    }

    @Override
    public void read(PairQuery query, MeshReads.Sink sink) {
        refusal.ifPresent(why -> {
            throw new UnanswerableException(why);
        });
        Map<Key, DelaySketch> sums = new TreeMap<>();
        for (MatrixRow row : rows(query.kind())) {
            for (int window = 0; window < query.windows().size(); window++) {
                Window each = query.windows().get(window);
                if (!row.roundStart().isBefore(each.from()) && row.roundStart().isBefore(each.to())) {
                    Instant slot = query.slot() == Slot.WINDOW
                            ? each.from()
                            : floor(row.roundStart(), query.slot().length());
                    for (PairResult result : row.results()) {
                        sums.computeIfAbsent(new Key(row.source().toString(), result.destination().toString(), window,
                                slot), _ -> new DelaySketch()).add(reader(result));
                    }
                }
            }
        }
        sums.forEach((key, sketch) -> {
            MeshNode source = node(key.source);
            MeshNode destination = node(key.destination);
            if (query.scope().hasSource(source) && query.scope().hasDestination(destination)) {
                sink.pair(source, destination, key.window, key.slot, sketch);
            }
        });
    }

    private List<MatrixRow> rows(ProbeKind kind) {
        List<MatrixRow> rows = new ArrayList<>();
        batches.get().forEach(batch -> batch.rows().stream().filter(row -> row.kind() == kind).forEach(rows::add));
        return rows;
    }

    private MeshNode node(String id) {
        return nodes.get().stream().filter(node -> node.id().equals(NodeId.parse(id))).findFirst().orElseThrow();
    }

    private static RoundTileReader reader(PairResult result) {
        RoundTile tile = new RoundTile();
        int length = tile.encode(new PairResult[]{result}, 1);
        RoundTileReader reader = new RoundTileReader().open(tile.bytes().clone(), 0, length);
        reader.seek(0);
        return reader;
    }

    @Override
    public void at(ProbeKind kind, Instant instant, Duration longestRound, PastMatrix.Sink sink) {
        for (MatrixRow row : rows(kind)) {
            if (row.roundStart().isAfter(instant.minus(longestRound)) && !row.roundStart().isAfter(instant)
                    && row.roundStart().plus(row.roundLength()).isAfter(instant)) {
                row.results().forEach(result -> sink.result(row.source(), result.destination(),
                        row.roundStart().toEpochMilli(), reader(result)));
            }
        }
    }
}
