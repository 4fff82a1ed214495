package io.sentinelmesh.aggregator.past;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.matrix.KindChoice;
import io.sentinelmesh.db.HistoryPoint.Delays;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.reads.MeshReads;
import io.sentinelmesh.db.reads.PairQuery;
import io.sentinelmesh.db.reads.PairScope;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.Window;
import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;

/** Reads past matrices: the rounds that cover the instant, or the minute or hour that does where rounds are not kept any more. Blocks; any thread that may. */
public final class PastMatrices {

    /** Of the hour before: three rounds of ten packets, as a baseline is learnt from three rounds. */
    static final long LEAST_ANSWERS_FOR_USUAL = 30;

    /** Each holds up to 70 MB and a connection while it reads, and those who store must not wait for either. */
    static final int MOST_AT_ONCE = 1;
    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final MeasurementStore store;
    private final Clock clock;
    private final Duration longestWait;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    public PastMatrices(MeasurementStore store, Clock clock) {
        this(store, clock, LONGEST_WAIT);
    }

    PastMatrices(MeasurementStore store, Clock clock, Duration longestWait) {
        this.store = store;
        this.clock = clock;
        this.longestWait = longestWait;
    }

    /**
     * @param only this kind; empty: of each pair the kind that a live cell would show
     * @param most cells; beyond it an {@link io.sentinelmesh.db.reads.UnanswerableException}
     * @throws StoreException also if others are asking as well
     */
    public PastMatrix read(Instant at, Optional<ProbeKind> only, int most) {
        try {
            if (!places.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException("another past matrix is being read: ask again in a few seconds");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StoreException("the program ends", stop);
        }
        try {
            return readAlone(at, only, most);
        } finally {
            places.release();
        }
    }

    private PastMatrix readAlone(Instant at, Optional<ProbeKind> only, int most) {
        MeshReads reads = store.reads();
        List<MeshNode> nodes = reads.nodes();
        Map<NodeId, Integer> indexes = new HashMap<>(2 * nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            indexes.put(nodes.get(i).id(), i);
        }
        List<ProbeKind> kinds = only.map(List::of).orElseGet(() -> Arrays.stream(ProbeKind.values())
                .sorted(Comparator.comparingInt(KindChoice::rank)).toList());
        PastCells cells = new PastCells(most);
        boolean rounds = !at.isBefore(clock.instant().minus(reads.retention().raw()));
        Window period = reads.fitted(new Window(at, at.plusMillis(1)), slotOf(at));
        // One that began earlier is not looked for: each minute more is read from the database.
        Duration longestRound = rounds ? new RoundLengths(store.settings()).longestAt(at) : Duration.ZERO;
        for (ProbeKind kind : kinds) {
            if (rounds) {
                readRounds(at, longestRound, kind, indexes, cells);
            } else {
                readPeriod(period, kind, indexes, cells);
            }
        }
        Window before = reads.fitted(new Window(period.from().minus(Slot.HOUR.length()), period.from()), Slot.HOUR);
        kinds.stream().filter(cells::has).forEach(kind -> readUsual(before, kind, indexes, cells));
        return new PastMatrix(at, rounds ? Duration.ZERO : period.length(), nodes, cells);
    }

    private Slot slotOf(Instant at) {
        return at.isBefore(clock.instant().minus(store.reads().retention().minutes())) ? Slot.HOUR : Slot.MINUTE;
    }

    private void readRounds(Instant at, Duration longestRound, ProbeKind kind, Map<NodeId, Integer> indexes,
            PastCells cells) {
        store.past().at(kind, at, longestRound, (source, destination, start, result) -> {
            Integer from = indexes.get(source);
            Integer to = indexes.get(destination);
            // Who came since the nodes were read has no place in this matrix.
            if (from != null && to != null) {
                int received = result.received();
                cells.put(from, to, kind, start, received == 0
                        ? new CellFigures(result.sent(), 0, 0, 0, 0)
                        : new CellFigures(result.sent(), received, result.quantileMicros(0.0),
                                result.quantileMicros(0.5), result.quantileMicros(1.0)));
            }
        });
    }

    private void readPeriod(Window period, ProbeKind kind, Map<NodeId, Integer> indexes, PastCells cells) {
        store.reads().read(new PairQuery(kind, period, Slot.WINDOW, PairScope.EVERYTHING),
                (source, destination, window, slot, results) -> {
                    Integer from = indexes.get(source.id());
                    Integer to = indexes.get(destination.id());
                    if (from != null && to != null) {
                        cells.put(from, to, kind, slot.toEpochMilli(), figures(results));
                    }
                });
    }

    private static CellFigures figures(DelaySketch results) {
        int sent = Math.toIntExact(results.sent());
        Optional<Delays> delays = results.delays();
        return delays.isEmpty()
                ? new CellFigures(sent, 0, 0, 0, 0)
                : new CellFigures(sent, Math.toIntExact(results.received()), delays.get().min(),
                        delays.get().median(), delays.get().max());
    }

    /** As the live matrix begins with the median of the hour before its start. */
    private void readUsual(Window hour, ProbeKind kind, Map<NodeId, Integer> indexes, PastCells cells) {
        store.reads().read(new PairQuery(kind, hour, Slot.WINDOW, PairScope.EVERYTHING),
                (source, destination, window, slot, results) -> {
                    Integer from = indexes.get(source.id());
                    Integer to = indexes.get(destination.id());
                    if (from != null && to != null && results.received() >= LEAST_ANSWERS_FOR_USUAL) {
                        cells.usual(from, to, kind, results.quantileMicros(0.5));
                    }
                });
    }
}
