package io.sentinelmesh.db.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

import io.sentinelmesh.db.Retention;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.Window;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.ProbeKind;

/** Sums up rounds, each time anew. */
final class InMemoryMeshReads implements MeshReads {

    /** @param result where a reader of its own stands */
    record Measured(MeshNode source, MeshNode destination, ProbeKind kind, Instant start, RoundTileReader result) {
    }

    private static final Comparator<Measured> ORDER = Comparator.comparing((Measured each) -> each.source.id())
            .thenComparing(each -> each.destination.id()).thenComparing(Measured::start);

    private final Supplier<List<MeshNode>> nodes;
    private final Supplier<List<Measured>> rounds;

    InMemoryMeshReads(Supplier<List<MeshNode>> nodes, Supplier<List<Measured>> rounds) {
        this.nodes = nodes;
        this.rounds = rounds;
    }

    @Override
    public List<MeshNode> nodes() {
        return nodes.get();
    }

    @Override
    public Retention retention() {
        return Retention.DEFAULT;
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
    public void read(PairQuery query, Sink sink) {
        List<Measured> wanted = new ArrayList<>(rounds.get());
        wanted.removeIf(each -> each.kind != query.kind() || !query.scope().hasSource(each.source)
                || !query.scope().hasDestination(each.destination));
        wanted.sort(ORDER);
        for (int first = 0; first < wanted.size();) {
            int end = first;
            while (end < wanted.size() && samePair(wanted.get(first), wanted.get(end))) {
                end++;
            }
            for (int window = 0; window < query.windows().size(); window++) {
                readPair(wanted.subList(first, end), query, window, sink);
            }
            first = end;
        }
    }

    private static boolean samePair(Measured one, Measured other) {
        return one.source.id().equals(other.source.id()) && one.destination.id().equals(other.destination.id());
    }

    private static void readPair(List<Measured> pair, PairQuery query, int window, Sink sink) {
        Window of = query.windows().get(window);
        DelaySketch open = new DelaySketch();
        Instant slot = of.from();
        for (Measured each : pair) {
            if (each.start.isBefore(of.from()) || !each.start.isBefore(of.to())) {
                continue;
            }
            Instant its = query.slot() == Slot.WINDOW ? of.from() : floor(each.start, query.slot().length());
            if (!its.equals(slot) && !open.isEmpty()) {
                sink.pair(each.source, each.destination, window, slot, open);
                open.clear();
            }
            slot = its;
            open.add(each.result);
        }
        if (!open.isEmpty()) {
            sink.pair(pair.getFirst().source, pair.getFirst().destination, window, slot, open);
        }
    }
}
