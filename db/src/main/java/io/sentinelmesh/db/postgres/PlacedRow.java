package io.sentinelmesh.db.postgres;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;

/** A row that is to be stored, its source's number, and for each result the destination's number and slot. Arrays, as a row has a thousand. */
final class PlacedRow {

    private final MatrixRow row;
    private final int source;
    private final int[] destinations;
    private final int[] slots;

    PlacedRow(MatrixRow row, Nodes.InTransaction nodes) {
        this.row = row;
        source = nodes.number(row.source());
        List<PairResult> results = row.results();
        destinations = new int[results.size()];
        slots = new int[results.size()];
        for (int i = 0; i < destinations.length; i++) {
            destinations[i] = nodes.number(results.get(i).destination());
        }
    }

    MatrixRow row() {
        return row;
    }

    int source() {
        return source;
    }

    /** Looks up the slots and adds to the map, by source, which destinations have none yet. */
    void place(Layout layout, Map<Integer, Set<Integer>> missing) {
        for (int i = 0; i < slots.length; i++) {
            slots[i] = layout.slotOf(destinations[i]);
            if (slots[i] == Layout.NO_SLOT) {
                missing.computeIfAbsent(source, _ -> new HashSet<>()).add(destinations[i]);
            }
        }
    }

    /**
     * @param storable which results to take
     */
    List<Tile> tiles(Layout layout, Predicate<PairResult> storable) {
        List<Tile> tiles = new ArrayList<>();
        Map<Integer, Tile> open = new HashMap<>();
        for (int i = 0; i < slots.length; i++) {
            PairResult result = row.results().get(i);
            if (!storable.test(result)) {
                continue;
            }
            int slot = slots[i] == Layout.NO_SLOT ? layout.slotOf(destinations[i]) : slots[i];
            int number = slot / Tile.CELLS;
            Tile tile = open.get(number);
            // A destination twice in one row (two flows, say) takes a second tile; readers add the two up.
            if (tile == null || !tile.add(slot % Tile.CELLS, result)) {
                tile = new Tile(row, source, number);
                tile.add(slot % Tile.CELLS, result);
                open.put(number, tile);
                tiles.add(tile);
            }
        }
        return tiles;
    }
}
