package io.sentinelmesh.db.reads;

/**
 * How the pairs from one site to another kept what was promised, all together.
 *
 * @param slots of all pairs added up: an hour of three pairs is three hours
 */
public record SitePairAvailability(String sourceSite, String destinationSite, int pairs, long sent, long received,
        SlotCounts slots) {
}
