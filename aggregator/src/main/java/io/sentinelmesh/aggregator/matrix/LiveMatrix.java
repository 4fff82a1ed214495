package io.sentinelmesh.aggregator.matrix;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

import io.sentinelmesh.aggregator.matrix.MatrixTick.ChangedRow;
import io.sentinelmesh.aggregator.matrix.MatrixTick.RowAge;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * What every source said last about each of its destinations, judged. Called by one thread only (the mesh thread); times are
 * {@link System#nanoTime}'s, handed in, because the wall clock may jump and a jump must not make a row stale.
 */
public final class LiveMatrix {

    private final NodeTable nodes;
    private final BaselineMemory baselines;
    private final TreeMap<Integer, SourceRow> rows = new TreeMap<>();
    /** Cells that went with their whole row. */
    private final TreeMap<Integer, ChangedRow> gone = new TreeMap<>();
    private final BitSet reported = new BitSet();
    private final BitSet left = new BitSet();
    private final BitSet behindNat = new BitSet();
    private final BitSet named = new BitSet();

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
        boolean turned = row.reported(nowNanos, impaired);
        KindRow cells = row.kind(told.kind()).orElseGet(() -> row.open(told.kind()));
        boolean revived = cells.reported(told.at(), told.roundLength(), nowNanos);
        row.currency(cells, nowNanos);
        reported.set(source);
        named.clear();
        int leftOut = 0;
        for (LiveRow.Cell cell : told.cells()) {
            OptionalInt known = nodes.indexOf(cell.latest().destination());
            if (known.isEmpty() || known.getAsInt() == source) {
                leftOut++;
                continue;
            }
            int destination = known.getAsInt();
            if (left.get(destination) || behindNat.get(destination)) {
                // The source has not been told yet.
                continue;
            }
            named.set(destination);
            int slot = cells.slotOf(destination);
            boolean opened = slot < 0;
            if (opened) {
                NodeId from = nodes.node(source).id();
                slot = cells.open(destination, baselines.take(from, cell.latest().destination(), told.kind()),
                        nowNanos);
            }
            if (cells.tell(slot, cell, impaired, nowNanos) || opened) {
                changed(row, cells, destination);
            }
        }
        for (int destination = cells.present.nextSetBit(0); destination >= 0; destination = cells.present
                .nextSetBit(destination + 1)) {
            if (!named.get(destination)) {
                drop(source, row, cells, destination);
            }
        }
        if (turned) {
            row.kinds().forEach(each -> judge(row, each));
        } else if (revived) {
            judge(row, cells);
        }
        return leftOut;
    }

    /** What is remembered of a pair, for its cell: now, if that has not learnt by itself yet, or when it comes. */
    public void recall(NodeId source, NodeId destination, ProbeKind kind, Baseline usual) {
        OptionalInt from = nodes.indexOf(source);
        OptionalInt to = nodes.indexOf(destination);
        SourceRow row = from.isEmpty() ? null : rows.get(from.getAsInt());
        KindRow cells = row == null ? null : row.kind(kind).orElse(null);
        int slot = cells == null || to.isEmpty() ? -1 : cells.slotOf(to.getAsInt());
        if (row == null || cells == null || slot < 0) {
            baselines.remember(source, destination, kind, usual);
        } else if (cells.recall(slot, usual, row.impaired())) {
            changed(row, cells, to.getAsInt());
        }
    }

    /** A kind that is hidden by another one changes nothing for those who look at what is shown. */
    private static void changed(SourceRow row, KindRow cells, int destination) {
        cells.changed.set(destination);
        if (row.kinds().size() == 1 || row.shown(destination).filter(shown -> shown == cells).isPresent()) {
            row.changed.set(destination);
        }
    }

    private void drop(int source, SourceRow row, KindRow cells, int destination) {
        changed(row, cells, destination);
        baselines.remember(nodes.node(source).id(), nodes.node(destination).id(), cells.kind,
                cells.close(destination));
    }

    /**
     * An agent left on purpose: it probes nothing now, and nobody is to probe it. Its column goes at once, because a source that is lost would
     * never take its cell back.
     */
    public void leave(int agent) {
        left.set(agent);
        SourceRow own = rows.get(agent);
        if (own != null) {
            for (KindRow cells : own.kinds()) {
                for (int destination : cells.present.stream().toArray()) {
                    drop(agent, own, cells, destination);
                }
            }
            rows.remove(agent);
            takeChanges(agent, own).ifPresent(last -> gone.merge(agent, last, LiveMatrix::both));
            reported.set(agent);
        }
        dropColumn(agent);
    }

    private void dropColumn(int agent) {
        rows.forEach((source, row) -> row.kinds().stream().filter(cells -> cells.present.get(agent))
                .forEach(cells -> drop(source, row, cells, agent)));
    }

    /**
     * Whether packets of others get to this agent. If not, what others say about it is left out: they have not been told yet, and what answers
     * them, or does not, at an address that means something else where they are says nothing of it.
     */
    public void behindNat(int agent, boolean now) {
        if (!now) {
            behindNat.clear(agent);
        } else if (!behindNat.get(agent)) {
            behindNat.set(agent);
            dropColumn(agent);
        }
    }

    /** It is here (again): what others say about it counts. */
    public void arrive(int agent) {
        left.clear(agent);
    }

    /** Looks which rows went stale or came back, and tells where something changed since the last tick. No cell of a quiet row is touched. */
    public MatrixTick tick(long nowNanos) {
        TreeMap<Integer, ChangedRow> all = new TreeMap<>(gone);
        gone.clear();
        rows.forEach((source, row) -> {
            for (KindRow cells : row.kinds()) {
                row.currency(cells, nowNanos);
                if (cells.refreshed(row.heardNanos(), nowNanos)) {
                    judge(row, cells);
                }
            }
            takeChanges(source, row).ifPresent(now -> all.merge(source, now, LiveMatrix::both));
        });
        List<RowAge> ages = new ArrayList<>();
        reported.stream().forEach(source -> ages.add(age(source, nowNanos)));
        reported.clear();
        return new MatrixTick(List.copyOf(all.values()), List.copyOf(ages));
    }

    private static Optional<ChangedRow> takeChanges(int source, SourceRow row) {
        if (row.quiet()) {
            return Optional.empty();
        }
        Map<ProbeKind, BitSet> byKind = new EnumMap<>(ProbeKind.class);
        for (KindRow cells : row.kinds()) {
            if (!cells.changed.isEmpty()) {
                byKind.put(cells.kind, cells.changed);
                cells.changed = new BitSet();
            }
        }
        ChangedRow taken = new ChangedRow(source, row.changed, byKind);
        row.changed = new BitSet();
        return Optional.of(taken);
    }

    /** Its row went, and within the same tick it came back, and perhaps went again. */
    private static ChangedRow both(ChangedRow went, ChangedRow came) {
        went.shown().or(came.shown());
        came.byKind().forEach((kind, bits) -> went.byKind().computeIfAbsent(kind, _ -> new BitSet()).or(bits));
        return went;
    }

    private static void judge(SourceRow row, KindRow cells) {
        for (int slot = 0; slot < cells.size(); slot++) {
            if (cells.judge(slot, row.impaired())) {
                changed(row, cells, cells.destination(slot));
            }
        }
    }

    /** How old each source's newest report is, ascending by source; sources that never reported are absent. */
    public List<RowAge> rowAges(long nowNanos) {
        return rows.keySet().stream().map(source -> age(source, nowNanos)).toList();
    }

    private RowAge age(int source, long nowNanos) {
        SourceRow row = rows.get(source);
        return new RowAge(source, row == null
                ? OptionalLong.empty()
                : OptionalLong.of((nowNanos - row.reportedNanos()) / 1_000_000));
    }

    /** Destinations to which this source has a cell of that choice, ascending. The caller's to change. */
    public BitSet destinations(int source, KindChoice choice) {
        BitSet all = new BitSet();
        SourceRow row = rows.get(source);
        if (row != null) {
            row.kinds().stream().filter(cells -> choice.only().isEmpty() || choice.only().get() == cells.kind)
                    .forEach(cells -> all.or(cells.present));
        }
        return all;
    }

    /** The cells' codes ({@link CellCode}) of these destinations, ascending; {@link CellCode#NO_CELL} where there is none. */
    public void codes(int source, KindChoice choice, BitSet destinations, int[] into) {
        SourceRow row = rows.get(source);
        KindRow only = row == null || row.kinds().size() > 1 ? null : row.kinds().getFirst();
        if (only != null && choice.only().isPresent() && choice.only().get() != only.kind) {
            only = null;
            row = null;
        }
        int at = 0;
        for (int destination = destinations.nextSetBit(0); destination >= 0; destination = destinations
                .nextSetBit(destination + 1)) {
            KindRow cells = only;
            if (cells == null && row != null) {
                cells = row.chosen(destination, choice).orElse(null);
            }
            int slot = cells == null ? -1 : cells.slotOf(destination);
            into[at++] = cells == null || slot < 0 ? CellCode.NO_CELL : cells.code(slot);
        }
    }

    /** Sources that have reported and have not left, ascending. */
    public List<Integer> sources() {
        return List.copyOf(rows.keySet());
    }

    /** How many shown cells there are. */
    public int size() {
        int all = 0;
        for (int source : rows.keySet()) {
            all += destinations(source, KindChoice.SHOWN).cardinality();
        }
        return all;
    }

    /** Every shown cell there is, by source and destination; an object each, so mind {@link #size}. */
    public List<Cell> cells() {
        List<Cell> all = new ArrayList<>();
        for (int source : rows.keySet()) {
            destinations(source, KindChoice.SHOWN).stream()
                    .forEach(destination -> cell(source, destination).ifPresent(all::add));
        }
        return all;
    }

    /** What is told of each shown cell of a source, without an object for it. */
    public interface CellVisitor {

        /** Of these figures {@code medianMicros} has no meaning if nothing was received. */
        void cell(int destination, CellState state, int sent, int received, int medianMicros);
    }

    /**
     * Tells every shown cell of a source, in no order.
     *
     * @return how many there are
     */
    public int visit(int source, CellVisitor visitor) {
        SourceRow row = rows.get(source);
        if (row == null) {
            return 0;
        }
        boolean allShown = row.kinds().size() == 1;
        int cells = 0;
        for (KindRow each : row.kinds()) {
            for (int slot = 0; slot < each.size(); slot++) {
                if (allShown || row.shown(each.destination(slot)).filter(shown -> shown == each).isPresent()) {
                    each.tellTo(visitor, slot);
                    cells++;
                }
            }
        }
        return cells;
    }

    /** What is shown of a pair. */
    public Optional<Cell> cell(int source, int destination) {
        return cell(source, destination, KindChoice.SHOWN);
    }

    public Optional<Cell> cell(int source, int destination, KindChoice choice) {
        return Optional.ofNullable(rows.get(source)).flatMap(row -> row.chosen(destination, choice))
                .map(cells -> cells.cell(source, cells.slotOf(destination)));
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
        return row.shown(destination).map(cells -> cells.state(cells.slotOf(destination)))
                .orElse(behindNat.get(destination) ? CellState.BEHIND_NAT : CellState.NOT_PROBED);
    }

    /** How many shown cells there are in each state. */
    public Map<CellState, Integer> countByState() {
        Map<CellState, Integer> counts = new EnumMap<>(CellState.class);
        rows.forEach((source, row) -> {
            if (row.kinds().size() == 1) {
                KindRow cells = row.kinds().getFirst();
                for (CellState state : CellState.values()) {
                    counts.merge(state, cells.count(state), Integer::sum);
                }
            } else {
                destinations(source, KindChoice.SHOWN).stream()
                        .forEach(destination -> counts.merge(state(source, destination), 1, Integer::sum));
            }
        });
        counts.values().removeIf(count -> count == 0);
        return counts;
    }
}
