package io.sentinelmesh.aggregator.summary;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.measurement.MeshNode;

/**
 * Adds the live matrix up by site, a part of it at each look, so that the mesh thread is never kept from its ticks: a mesh of a million pairs is through
 * after some 20 looks. What is published is complete, if not of one instant.
 */
public final class LiveSummaries {

    /** A few milliseconds. */
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
        Sites sites = new Sites(mesh.allNodes());
        int cells = 0;
        while (sources.hasNext() && cells < CELLS_AT_ONCE) {
            cells += row(mesh, sites, sources.next());
        }
        if (!sources.hasNext()) {
            newest = new LiveSummary(mesh.now(), figures(from), figures(to), figures(pairs));
        }
    }

    /** The sites of all nodes, numbered. */
    private static final class Sites {

        final List<String> names = new ArrayList<>();
        final int[] ofNode;

        Sites(List<MeshNode> nodes) {
            ofNode = new int[nodes.size()];
            Map<String, Integer> numbers = new HashMap<>();
            for (int node = 0; node < ofNode.length; node++) {
                ofNode[node] = numbers.computeIfAbsent(nodes.get(node).site(), name -> {
                    names.add(name);
                    return names.size() - 1;
                });
            }
        }
    }

    /** The tallies of one column and of one pair of sites: looked for once in a row instead of with each of its cells. */
    private record Column(Tally site, Tally pair) {
    }

    private int row(LiveMesh mesh, Sites sites, int source) {
        String site = sites.names.get(sites.ofNode[source]);
        Tally row = from.computeIfAbsent(site, _ -> new Tally());
        Column[] columns = new Column[sites.names.size()];
        return mesh.matrix().visit(source, (destination, state, sent, received, medianMicros) -> {
            int number = sites.ofNode[destination];
            Column column = columns[number];
            if (column == null) {
                String other = sites.names.get(number);
                column = new Column(to.computeIfAbsent(other, _ -> new Tally()),
                        pairs.computeIfAbsent(new SitePair(site, other), _ -> new Tally()));
                columns[number] = column;
            }
            row.add(state, sent, received, medianMicros);
            column.site().add(state, sent, received, medianMicros);
            column.pair().add(state, sent, received, medianMicros);
        });
    }

    private static <K extends Comparable<K>> SortedMap<K, LiveFigures> figures(Map<K, Tally> tallies) {
        SortedMap<K, LiveFigures> all = new TreeMap<>();
        tallies.forEach((key, tally) -> all.put(key, tally.figures()));
        return all;
    }
}
