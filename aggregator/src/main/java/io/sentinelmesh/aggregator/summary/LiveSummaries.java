package io.sentinelmesh.aggregator.summary;

import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.matrix.KindChoice;
import io.sentinelmesh.measurement.MeshNode;

/**
 * Adds the live matrix up by site, a part of it at each look, so that the mesh thread is never kept from its ticks: a mesh of a million pairs is through
 * after some 20 looks. What is published is complete, if not of one instant.
 */
public final class LiveSummaries {

    /** Some 10 ms. */
    static final int CELLS_AT_ONCE = 50_000;

    private final Map<String, Tally> from = new HashMap<>();
    private final Map<String, Tally> to = new HashMap<>();
    private final Map<SitePair, Tally> pairs = new HashMap<>();
    private Iterator<Integer> sources = Collections.emptyIterator();
    private volatile LiveSummary newest = LiveSummary.NONE;

    /** Any thread. */
    public LiveSummary newest() {
        return newest;
    }

    /** Goes on where the last look ended, from the end to the beginning. Mesh thread only. */
    public void look(LiveMesh mesh) {
        if (!sources.hasNext()) {
            from.clear();
            to.clear();
            pairs.clear();
            sources = mesh.matrix().sources().iterator();
        }
        List<MeshNode> nodes = mesh.allNodes();
        int cells = 0;
        while (sources.hasNext() && cells < CELLS_AT_ONCE) {
            cells += row(mesh, nodes, sources.next());
        }
        if (!sources.hasNext()) {
            newest = new LiveSummary(mesh.now(), figures(from), figures(to), figures(pairs));
        }
    }

    private int row(LiveMesh mesh, List<MeshNode> nodes, int source) {
        String site = nodes.get(source).site();
        Tally row = from.computeIfAbsent(site, _ -> new Tally());
        int[] count = new int[1];
        mesh.matrix().destinations(source, KindChoice.SHOWN).stream()
                .forEach(destination -> mesh.matrix().cell(source, destination).ifPresent(cell -> {
                    String other = nodes.get(destination).site();
                    row.add(cell);
                    to.computeIfAbsent(other, _ -> new Tally()).add(cell);
                    pairs.computeIfAbsent(new SitePair(site, other), _ -> new Tally()).add(cell);
                    count[0]++;
                }));
        return count[0];
    }

    private static <K extends Comparable<K>> SortedMap<K, LiveFigures> figures(Map<K, Tally> tallies) {
        SortedMap<K, LiveFigures> all = new TreeMap<>();
        tallies.forEach((key, tally) -> all.put(key, tally.figures()));
        return all;
    }
}
