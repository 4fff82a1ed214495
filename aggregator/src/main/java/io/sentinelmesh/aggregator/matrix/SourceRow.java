package io.sentinelmesh.aggregator.matrix;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.ProbeKind;

/** What one source says: a row for each kind, and which of them a cell shows. */
final class SourceRow {

    /** In the order in which a cell prefers them; a handful at the most. */
    private final List<KindRow> kinds = new ArrayList<>(1);

    /** Destinations whose shown cell looks different since the last tick. */
    BitSet changed = new BitSet();

    private long heardNanos;
    private long reportedNanos;
    private boolean impaired;

    SourceRow(long nowNanos) {
        heardNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    long heardNanos() {
        return heardNanos;
    }

    /** @return whether it is impaired now and was not, or the other way round */
    boolean reported(long nowNanos, boolean impaired) {
        boolean otherwise = this.impaired != impaired;
        this.heardNanos = nowNanos;
        this.reportedNanos = nowNanos;
        this.impaired = impaired;
        return otherwise;
    }

    boolean impaired() {
        return impaired;
    }

    List<KindRow> kinds() {
        return kinds;
    }

    long reportedNanos() {
        return reportedNanos;
    }

    Optional<KindRow> kind(ProbeKind kind) {
        for (KindRow row : kinds) {
            if (row.kind == kind) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }

    KindRow open(ProbeKind kind) {
        KindRow row = new KindRow(kind);
        int at = 0;
        while (at < kinds.size() && KindChoice.rank(kinds.get(at).kind) < KindChoice.rank(kind)) {
            at++;
        }
        kinds.add(at, row);
        return row;
    }

    /**
     * Which kind's cell is shown for a destination: the first, in {@link KindChoice}'s order, that the source still reports; if it reports none of
     * those there are, the one that it reported last.
     */
    Optional<KindRow> shown(int destination) {
        Optional<KindRow> newest = Optional.empty();
        for (KindRow row : kinds) {
            if (!row.present.get(destination)) {
                continue;
            }
            if (row.current()) {
                return Optional.of(row);
            }
            if (newest.isEmpty() || row.reportedNanos() - newest.get().reportedNanos() > 0) {
                newest = Optional.of(row);
            }
        }
        return newest;
    }

    Optional<KindRow> chosen(int destination, KindChoice choice) {
        return choice.only().isEmpty()
                ? shown(destination)
                : kind(choice.only().get()).filter(row -> row.present.get(destination));
    }

    /** Whether nothing changed since the last tick. */
    boolean quiet() {
        for (KindRow row : kinds) {
            if (!row.changed.isEmpty()) {
                return false;
            }
        }
        return changed.isEmpty();
    }

    /** Notes whether this kind is still reported; if that turned, another kind may be shown in each of its cells. */
    void currency(KindRow row, long nowNanos) {
        boolean now = row.stillReports(nowNanos);
        if (now != row.current()) {
            row.current(now);
            if (kinds.size() > 1) {
                changed.or(row.present);
            }
        }
    }
}
