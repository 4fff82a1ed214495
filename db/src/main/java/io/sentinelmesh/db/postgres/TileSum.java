package io.sentinelmesh.db.postgres;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.PeriodTile;
import io.sentinelmesh.db.tile.PeriodTileReader;
import io.sentinelmesh.db.tile.RoundTileReader;

/** Sums tiles of one period and kind up, one (source, tile) after the other. For one thread. */
final class TileSum {

    private static final int NONE = -1;

    private final RollUpLevel level;
    private final long period;
    private final int kind;
    private final RoundTileReader rounds = new RoundTileReader();
    private final PeriodTileReader periods = new PeriodTileReader();
    private final PeriodTile encoder = new PeriodTile();
    private final DelaySketch[] sketches = new DelaySketch[Tile.CELLS];
    private final List<SummedTile> done = new ArrayList<>();
    private int source = NONE;
    private int tile;
    private int end;

    TileSum(RollUpLevel level, long period, int kind) {
        this.level = level;
        this.period = period;
        this.kind = kind;
        Arrays.setAll(sketches, _ -> new DelaySketch());
    }

    /** Rows come by source and tile. */
    void add(CopyRows row) {
        int rowSource = row.int4();
        int rowTile = row.int2();
        int bytes = row.bytes();
        if (rowSource != source || rowTile != tile) {
            close();
            source = rowSource;
            tile = rowTile;
        }
        switch (level) {
            case MINUTES -> {
                rounds.open(row.buffer(), row.offset(), bytes);
                for (int cell = 0; cell < rounds.cells(); cell++) {
                    if (rounds.seek(cell)) {
                        sketches[cell].add(rounds);
                    }
                }
                end = Math.max(end, rounds.cells());
            }
            case HOURS -> {
                periods.open(row.buffer(), row.offset(), bytes);
                for (int cell = 0; cell < periods.cells(); cell++) {
                    periods.addTo(sketches[cell], cell);
                }
                end = Math.max(end, periods.cells());
            }
        }
    }

    List<SummedTile> finish() {
        close();
        return done;
    }

    private void close() {
        if (source != NONE) {
            int length = encoder.encode(sketches, end);
            done.add(new SummedTile(period, source, tile, kind, CellBytes.copyOf(encoder.bytes(), 0, length)));
            for (int cell = 0; cell < end; cell++) {
                sketches[cell].clear();
            }
        }
        source = NONE;
        end = 0;
    }
}
