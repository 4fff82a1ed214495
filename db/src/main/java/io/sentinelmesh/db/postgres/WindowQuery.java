package io.sentinelmesh.db.postgres;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.sentinelmesh.measurement.ProbeKind;

/**
 * The statement that reads windows of many pairs: each period from exactly one tier. Hours that are not what the rounds come to, for something was stored
 * since, are read from minutes, and such minutes from rounds, all in the one snapshot of the statement, so that nothing is counted twice or missed
 * while somebody sums up. Numbers and times of ours only.
 */
final class WindowQuery {

    /** For each row: which window, tier (0 rounds, 1 minutes, 2 hours), source, tile, time, cells. */
    private static final String COLUMNS = "SELECT %d::int2 AS part, %d::int2 AS tier, t.source, t.tile, t.time, t.cells";
    private static final String MINUTE_IS_RIGHT = "NOT EXISTS (SELECT FROM dirty d WHERE d.tier = 1 AND d.source = t.source AND d.period = t.time)";

    private final int kind;
    private final String ofSources;
    private final List<String> parts = new ArrayList<>();

    private WindowQuery(int kind, String ofSources) {
        this.kind = kind;
        this.ofSources = ofSources;
    }

    /**
     * @param sources empty: all
     * @return empty if there is no source to read
     */
    static Optional<String> of(ProbeKind kind, List<Span> spans, Optional<? extends Collection<Integer>> sources) {
        if (sources.isPresent() && sources.get().isEmpty()) {
            return Optional.empty();
        }
        WindowQuery query = new WindowQuery(kind.number(), sources.map(numbers -> " AND %s IN ("
                + numbers.stream().map(String::valueOf).collect(Collectors.joining(",")) + ")").orElse(""));
        for (int part = 0; part < spans.size(); part++) {
            query.add(part, spans.get(part));
        }
        Instant from = spans.stream().map(Span::from).min(Instant::compareTo).orElseThrow();
        Instant to = spans.stream().map(Span::to).max(Instant::compareTo).orElseThrow();
        return Optional.of("WITH dirty AS MATERIALIZED (SELECT tier, source, period, date_bin('1 hour', period, "
                + CopyRows.literal(Instant.EPOCH) + ") AS hour FROM rollup_dirty WHERE kind = " + kind.number()
                + between("period", from, to) + query.ofSources("source") + "), stale_hour AS MATERIALIZED (SELECT "
                + "DISTINCT source, hour FROM dirty) " + String.join(" UNION ALL ", query.parts)
                + " ORDER BY source, tile, part, time");
    }

    private void add(int part, Span span) {
        boolean hours = span.firstHour().isBefore(span.endHour());
        if (hours) {
            parts.add(select(part, 2, RollUpLevel.HOURS, span.firstHour(), span.endHour())
                    + " AND NOT EXISTS (SELECT FROM stale_hour h WHERE h.source = t.source AND h.hour = t.time)");
            parts.add(below(part, 1, RollUpLevel.MINUTES, "stale_hour", "hour", "1 hour")
                    + between("m.hour", span.firstHour(), span.endHour()) + " AND " + MINUTE_IS_RIGHT);
        }
        if (span.from().isBefore(hours ? span.firstHour() : span.to())) {
            parts.add(select(part, 1, RollUpLevel.MINUTES, span.from(), hours ? span.firstHour() : span.to()) + " AND "
                    + MINUTE_IS_RIGHT);
        }
        if (hours && span.endHour().isBefore(span.to())) {
            parts.add(select(part, 1, RollUpLevel.MINUTES, span.endHour(), span.to()) + " AND " + MINUTE_IS_RIGHT);
        }
        parts.add(below(part, 0, RollUpLevel.MINUTES, "dirty", "period", "1 minute")
                + between("m.period", span.from(), span.to()) + " AND m.tier = 1");
    }

    /** Rows of a tier by their time. */
    private String select(int part, int tier, RollUpLevel level, Instant from, Instant to) {
        return COLUMNS.formatted(part, tier) + " FROM " + level.to().table() + " t WHERE t.kind = " + kind
                + between("t.time", from, to) + ofSources("t.source");
    }

    /** Rows that lie in marked periods of a source, each found by its pair's index, which OFFSET makes the planner do. */
    private String below(int part, int tier, RollUpLevel level, String marks, String period, String length) {
        String table = tier == 0 ? level.from().table() : level.to().table();
        return COLUMNS.formatted(part, tier) + " FROM " + marks + " m JOIN tile_layout l ON l.source = m.source "
                + "CROSS JOIN LATERAL (SELECT r.source, r.tile, r.time, r.cells FROM " + table
                + " r WHERE r.source = l.source AND r.tile = l.tile AND r.kind = " + kind + " AND r.time >= m." + period
                + " AND r.time < m." + period + " + interval '" + length + "' OFFSET 0) t WHERE true";
    }

    private String ofSources(String column) {
        return ofSources.formatted(column);
    }

    private static String between(String column, Instant from, Instant to) {
        return " AND " + column + " >= " + CopyRows.literal(from) + " AND " + column + " < " + CopyRows.literal(to);
    }
}
