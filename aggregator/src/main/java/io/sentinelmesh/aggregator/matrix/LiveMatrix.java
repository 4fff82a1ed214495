package io.sentinelmesh.aggregator.matrix;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * What every source said last about each of its destinations, judged. Called by one thread only (the mesh thread); times are
 * {@link System#nanoTime}'s, handed in, because the wall clock may jump and a jump must not make a row stale.
 */
public final class LiveMatrix {

    private record Place(int source, int destination) {
    }

    private final NodeTable nodes;
    private final BaselineMemory baselines;
    private final Map<Integer, SourceRow> rows = new LinkedHashMap<>();
    private final Set<Place> changed = new LinkedHashSet<>();
    private final Set<Integer> reported = new LinkedHashSet<>();
    private final Set<Integer> left = new HashSet<>();
    private final Set<Integer> behindNat = new HashSet<>();

    public LiveMatrix(NodeTable nodes, BaselineMemory baselines) {
        this.nodes = nodes;
        this.baselines = baselines;
    }

    /** Notes that the source lives, whatever it said. */
    public void heard(int source, long nowNanos) {
        SourceRow row = rows.get(source);
        if (row != null) {
            row.heard(nowNanos);
        }
    }

    /**
     * Takes a source's new view of its destinations. Cells of the same kind that it no longer names are not probed any more.
     *
     * @param impaired the source says that its prober cannot be believed
     * @return how many cells were left out because their destination is unknown, or is the source itself
     */
    public int report(int source, LiveRow told, boolean impaired, long nowNanos) {
        SourceRow row = rows.computeIfAbsent(source, _ -> new SourceRow(nowNanos));
        boolean judgedOtherwise = row.reported(nowNanos, told.roundLength(), impaired);
        reported.add(source);
        Set<Integer> named = new HashSet<>();
        int leftOut = 0;
        for (LiveRow.Cell cell : told.cells()) {
            OptionalInt destination = nodes.indexOf(cell.latest().destination());
            if (destination.isEmpty() || destination.getAsInt() == source) {
                leftOut++;
                continue;
            }
            if (left.contains(destination.getAsInt()) || behindNat.contains(destination.getAsInt())) {
                // The source has not been told yet.
                continue;
            }
            named.add(destination.getAsInt());
            LiveCell live = cellOf(row, source, destination.getAsInt(), told.kind(), nowNanos);
            if (live.report(cell, told.at(), told.roundLength(), row.impaired(), nowNanos)) {
                changed.add(new Place(source, destination.getAsInt()));
            }
        }
        row.cells.entrySet().removeIf(entry -> {
            boolean dropped = entry.getValue().kind() == told.kind() && !named.contains(entry.getKey());
            if (dropped) {
                drop(source, entry.getKey(), entry.getValue());
            }
            return dropped;
        });
        if (judgedOtherwise) {
            judge(source, row);
        }
        return leftOut;
    }

    private LiveCell cellOf(SourceRow row, int source, int destination, ProbeKind kind, long nowNanos) {
        LiveCell known = row.cells.get(destination);
        if (known != null && known.kind() == kind) {
            return known;
        }
        // A TCP connect time has nothing to do with an echo's delay: a new kind is a new cell with a baseline of its own.
        NodeId from = nodes.node(source).id();
        NodeId to = nodes.node(destination).id();
        if (known != null) {
            baselines.remember(from, to, known.kind(), known.baseline());
        }
        LiveCell made = new LiveCell(kind, baselines.take(from, to, kind), nowNanos);
        row.cells.put(destination, made);
        changed.add(new Place(source, destination));
        return made;
    }

    private void drop(int source, int destination, LiveCell cell) {
        baselines.remember(nodes.node(source).id(), nodes.node(destination).id(), cell.kind(), cell.baseline());
        changed.add(new Place(source, destination));
    }

    /**
     * An agent left on purpose: it probes nothing now, and nobody is to probe it. Its column goes at once, because a source that is lost would
     * never take its cell back.
     */
    public void leave(int agent) {
        left.add(agent);
        SourceRow own = rows.remove(agent);
        if (own != null) {
            own.cells.forEach((destination, cell) -> drop(agent, destination, cell));
            reported.add(agent);
        }
        dropColumn(agent);
    }

    private void dropColumn(int agent) {
        rows.forEach((source, row) -> {
            LiveCell cell = row.cells.remove(agent);
            if (cell != null) {
                drop(source, agent, cell);
            }
        });
    }

    /**
     * Whether packets of others get to this agent. If not, what others say about it is left out: they have not been told yet, and what answers
     * them, or does not, at an address that means something else where they are says nothing of it.
     */
    public void behindNat(int agent, boolean now) {
        if (!now) {
            behindNat.remove(agent);
        } else if (behindNat.add(agent)) {
            dropColumn(agent);
        }
    }

    /** It is here (again): what others say about it counts. */
    public void arrive(int agent) {
        left.remove(agent);
    }

    /** Looks which rows went stale or came back, and tells everything that changed since the last tick. */
    public MatrixTick tick(long nowNanos) {
        rows.forEach((source, row) -> {
            if (row.refreshed(nowNanos)) {
                judge(source, row);
            }
        });
        List<ChangedCell> cells = new ArrayList<>(changed.size());
        for (Place place : changed) {
            cells.add(new ChangedCell(place.source, place.destination, cell(place.source, place.destination)));
        }
        MatrixTick tick = new MatrixTick(cells, ages(reported, nowNanos));
        changed.clear();
        reported.clear();
        return tick;
    }

    private void judge(int source, SourceRow row) {
        row.cells.forEach((destination, cell) -> {
            if (cell.judge(row.fresh(), row.impaired())) {
                changed.add(new Place(source, destination));
            }
        });
    }

    /** How old each source's newest report is; sources that never reported are absent. */
    public List<RowAge> rowAges(long nowNanos) {
        return ages(rows.keySet(), nowNanos);
    }

    private List<RowAge> ages(Set<Integer> sources, long nowNanos) {
        List<RowAge> ages = new ArrayList<>(sources.size());
        for (int source : sources) {
            SourceRow row = rows.get(source);
            ages.add(new RowAge(source, row == null
                    ? OptionalLong.empty()
                    : OptionalLong.of((nowNanos - row.reportedNanos()) / 1_000_000)));
        }
        return ages;
    }

    /** Every cell there is, by source in the order they first reported. */
    public List<Cell> cells() {
        List<Cell> all = new ArrayList<>();
        rows.forEach(
                (source, row) -> row.cells.forEach((destination, cell) -> all.add(cell.toCell(source, destination))));
        return all;
    }

    public Optional<Cell> cell(int source, int destination) {
        SourceRow row = rows.get(source);
        LiveCell cell = row == null ? null : row.cells.get(destination);
        return cell == null ? Optional.empty() : Optional.of(cell.toCell(source, destination));
    }

    /**
     * Of any pair, whether it has a cell or not. What a source does not name in its reports is not probed by design, and stays so when it falls
     * silent; a source that never reported says nothing of any destination.
     */
    public CellState state(int source, int destination) {
        SourceRow row = rows.get(source);
        if (row == null || source == destination) {
            return CellState.NO_DATA;
        }
        LiveCell cell = row.cells.get(destination);
        if (cell == null) {
            return behindNat.contains(destination) ? CellState.BEHIND_NAT : CellState.NOT_PROBED;
        }
        return cell.state();
    }

    /** How many cells there are in each state. */
    public Map<CellState, Integer> countByState() {
        Map<CellState, Integer> counts = new HashMap<>();
        rows.values().forEach(row -> row.cells.values().forEach(cell -> counts.merge(cell.state(), 1, Integer::sum)));
        return counts;
    }

    /**
     * @param cell empty if the source does not probe the destination any more
     */
    public record ChangedCell(int source, int destination, Optional<Cell> cell) {
    }

    /**
     * @param ageMillis empty if the source reports no more
     */
    public record RowAge(int source, OptionalLong ageMillis) {
    }

    /**
     * @param rows of the sources that reported since the last tick
     */
    public record MatrixTick(List<ChangedCell> cells, List<RowAge> rows) {
    }
}
