package io.sentinelmesh.aggregator.summary;

import java.util.Comparator;

/** From one site to another, or inside one. */
public record SitePair(String source, String destination) implements Comparable<SitePair> {

    private static final Comparator<SitePair> ORDER = Comparator.comparing(SitePair::source)
            .thenComparing(SitePair::destination);

    @Override
    public int compareTo(SitePair other) {
        return ORDER.compare(this, other);
    }
}
