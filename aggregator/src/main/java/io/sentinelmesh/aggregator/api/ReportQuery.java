package io.sentinelmesh.aggregator.api;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.db.reads.PairScope;
import io.sentinelmesh.db.reads.Ranking;
import io.sentinelmesh.db.reads.Window;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.vertx.core.MultiMap;

/** What reports have in common: when, how measured, which pairs. Checked. */
record ReportQuery(Window window, ProbeKind kind, PairScope scope) {

    static final Set<String> PARAMETERS = Set.of("from", "to", "kind", "sourceSite", "destinationSite", "format");
    static final int DEFAULT_LIMIT = 20;
    static final int MOST_LIMIT = 1_000;
    /** What is kept longest, and something more. */
    static final Duration LONGEST_WINDOW = Duration.ofDays(800);
    static final Duration SHORTEST_WINDOW = Duration.ofMinutes(1);

    /** An asker's clock, and the end of a day that is not over, may be ahead. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);
    private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);

    /**
     * @param further names that this report knows besides, of which only {@code exclude} may be given more than once
     * @throws BadParameterException naming the first parameter that makes no sense, and how to write it
     */
    static ReportQuery parse(MultiMap query, Set<String> further, Instant now) {
        Set<String> known = new HashSet<>(PARAMETERS);
        known.addAll(further);
        QueryParameters.check(query, known,
                "use " + String.join(", ", PARAMETERS.stream().sorted().toList())
                        + (further.isEmpty() ? "" : ", " + String.join(", ", further.stream().sorted().toList())),
                "exclude");
        return new ReportQuery(window(query, now), kind(query),
                new PairScope(site(query, "sourceSite"), site(query, "destinationSite"), node(query, "source"),
                        node(query, "destination")));
    }

    private static Window window(MultiMap query, Instant now) {
        Instant asked = HistoryQuery.instant(query, "to").orElse(now);
        if (asked.isAfter(now.plus(MOST_AHEAD))) {
            throw new BadParameterException("to", "in the future", "give a time that has come");
        }
        // What has not come yet is no gap in the data.
        Instant to = asked.isAfter(now) ? now : asked;
        Instant from = HistoryQuery.instant(query, "from").orElse(to.minus(DEFAULT_WINDOW));
        Duration length = Duration.between(from, to);
        if (length.compareTo(SHORTEST_WINDOW) < 0) {
            throw new BadParameterException("from", "less than a minute before 'to' (" + to + ")",
                    "give an earlier time");
        }
        if (length.compareTo(LONGEST_WINDOW) > 0) {
            throw new BadParameterException("from", "more than " + LONGEST_WINDOW.toDays() + " days before 'to'",
                    "give a later time");
        }
        return new Window(from, to);
    }

    static ProbeKind kind(MultiMap query) {
        return HistoryQuery.kind(query).orElse(ProbeKind.ICMP_ECHO);
    }

    private static Optional<String> site(MultiMap query, String name) {
        String text = query.get(name);
        if (text != null && (text.isBlank() || text.length() > MeshNode.MAX_NAME_LENGTH)) {
            throw new BadParameterException(name, "no site", "write a site's name as /api/v1/agents shows it");
        }
        return Optional.ofNullable(text);
    }

    private static Optional<NodeId> node(MultiMap query, String name) {
        return Optional.ofNullable(query.get(name)).map(text -> HistoryQuery.id(name, text));
    }

    /** {@code by}. */
    static Ranking ranking(MultiMap query) {
        String text = query.get("by");
        for (Ranking ranking : Ranking.values()) {
            if (text == null || ranking.label().equals(text)) {
                return ranking;
            }
        }
        throw new BadParameterException("by", "unknown",
                "write one of " + List.of(Ranking.values()).stream().map(Ranking::label).toList());
    }
}
