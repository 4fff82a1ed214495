package io.sentinelmesh.aggregator.summary;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The live matrix by site.
 *
 * @param at when it was complete
 * @param from by source site
 * @param to by destination site
 * @param pairs by both
 */
public record LiveSummary(Instant at, SortedMap<String, LiveFigures> from, SortedMap<String, LiveFigures> to,
        SortedMap<SitePair, LiveFigures> pairs) {

    static final LiveSummary NONE = new LiveSummary(Instant.EPOCH, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    public LiveSummary {
        from = Collections.unmodifiableSortedMap(from);
        to = Collections.unmodifiableSortedMap(to);
        pairs = Collections.unmodifiableSortedMap(pairs);
    }
}
