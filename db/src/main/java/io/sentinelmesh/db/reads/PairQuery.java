package io.sentinelmesh.db.reads;

import java.util.List;

import io.sentinelmesh.measurement.ProbeKind;

/**
 * What is asked of many pairs.
 *
 * @param windows one or two; they may not overlap
 */
public record PairQuery(ProbeKind kind, List<Window> windows, Slot slot, PairScope scope) {

    public PairQuery {
        windows = List.copyOf(windows);
        if (windows.isEmpty() || windows.size() > 2) {
            throw new IllegalArgumentException("one window or two, not " + windows.size());
        }
    }

    public PairQuery(ProbeKind kind, Window window, Slot slot, PairScope scope) {
        this(kind, List.of(window), slot, scope);
    }
}
