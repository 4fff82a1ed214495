package io.sentinelmesh.db.reads;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.DelayTotals;
import io.sentinelmesh.measurement.MeshNode;

/** Rows and columns of the matrix by site: what goes out from each, and what comes to each. Pairs inside a site count in both. For one thread. */
public final class SiteTotals implements MeshReads.Sink {

    /** 15 kilobytes each. */
    public static final int MOST_SITES = 2_000;

    private static final class Sum {
        private final DelayTotals delays = new DelayTotals();
        private int pairs;
        private int withData;

        void add(DelaySketch results) {
            delays.add(results);
            pairs++;
            withData += results.sent() > 0 ? 1 : 0;
        }

        SiteFigures figures() {
            return new SiteFigures(pairs, withData, delays.sent(), delays.received(), DelayFigures.of(delays));
        }
    }

    private final SortedMap<String, Sum> from = new TreeMap<>();
    private final SortedMap<String, Sum> to = new TreeMap<>();

    @Override
    public void pair(MeshNode source, MeshNode destination, int window, Instant slot, DelaySketch results) {
        sum(from, source.site()).add(results);
        sum(to, destination.site()).add(results);
    }

    private static Sum sum(Map<String, Sum> sums, String site) {
        Sum known = sums.get(site);
        if (known != null) {
            return known;
        }
        if (sums.size() == MOST_SITES) {
            throw new UnanswerableException("there are more than " + MOST_SITES
                    + " sites, and so many are not summed up at once: name a sourceSite or a destinationSite");
        }
        Sum opened = new Sum();
        sums.put(site, opened);
        return opened;
    }

    /** By source site. */
    public SortedMap<String, SiteFigures> from() {
        return figures(from);
    }

    /** By destination site. */
    public SortedMap<String, SiteFigures> to() {
        return figures(to);
    }

    private static SortedMap<String, SiteFigures> figures(SortedMap<String, Sum> sums) {
        SortedMap<String, SiteFigures> all = new TreeMap<>();
        sums.forEach((site, sum) -> all.put(site, sum.figures()));
        return all;
    }
}
