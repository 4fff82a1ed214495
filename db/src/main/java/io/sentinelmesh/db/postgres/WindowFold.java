package io.sentinelmesh.db.postgres;

import java.time.Instant;
import java.util.Arrays;

import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.PeriodTileReader;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.MeshNode;

/** Sums rows of a {@link WindowQuery} up, one (source, tile, window, slot) after the other. For one thread. */
final class WindowFold {

    private static final int ROUNDS = 0;
    private static final int NONE = -1;

    private final MeshDirectory directory;
    private final PairQuery query;
    private final MeshReads.Sink sink;
    private final long slotMillis;
    private final RoundTileReader rounds = new RoundTileReader();
    private final PeriodTileReader periods = new PeriodTileReader();
    private final DelaySketch[] sketches = new DelaySketch[Tile.CELLS];
    private int part;
    private int source = NONE;
    private int tile;
    private long slot;
    private int end;

    WindowFold(MeshDirectory directory, PairQuery query, MeshReads.Sink sink) {
        this.directory = directory;
        this.query = query;
        this.sink = sink;
        this.slotMillis = query.slot().length().toMillis();
        Arrays.setAll(sketches, _ -> new DelaySketch());
    }

    void add(CopyRows row) {
        int rowPart = row.int2();
        int tier = row.int2();
        int rowSource = row.int4();
        int rowTile = row.int2();
        long millis = CopyRows.epochMillis(row.timestamp());
        int bytes = row.bytes();
        long rowSlot = slotMillis == 0
                ? query.windows().get(rowPart).from().toEpochMilli()
                : Math.floorDiv(millis, slotMillis) * slotMillis;
        if (rowSource != source || rowTile != tile || rowPart != part || rowSlot != slot) {
            close();
            source = rowSource;
            tile = rowTile;
            part = rowPart;
            slot = rowSlot;
        }
        if (tier == ROUNDS) {
            rounds.open(row.buffer(), row.offset(), bytes);
            for (int cell = 0; cell < rounds.cells(); cell++) {
                if (rounds.seek(cell)) {
                    sketches[cell].add(rounds);
                }
            }
            end = Math.max(end, rounds.cells());
        } else {
            periods.open(row.buffer(), row.offset(), bytes);
            for (int cell = 0; cell < periods.cells(); cell++) {
                periods.addTo(sketches[cell], cell);
            }
            end = Math.max(end, periods.cells());
        }
    }

    void finish() {
        close();
    }

    private void close() {
        if (source != NONE) {
            MeshNode from = directory.node(source);
            int[] destinations = directory.destinations(source, tile);
            Instant start = Instant.ofEpochMilli(slot);
            for (int cell = 0; cell < end; cell++) {
                if (sketches[cell].isEmpty()) {
                    continue;
                }
                MeshNode to = directory.node(destinations[cell]);
                if (query.scope().hasDestination(to)) {
                    sink.pair(from, to, part, start, sketches[cell]);
                }
                sketches[cell].clear();
            }
        }
        source = NONE;
        end = 0;
    }
}
