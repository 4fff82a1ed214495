package io.sentinelmesh.db.reads;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * Counts the slots in which pairs met an objective, missed it, or told nothing. Pairs without any result in the window are not known here. For one
 * thread.
 */
public final class Availability implements MeshReads.Sink {

    private static final class Sum {
        private final MeshNode source;
        private final MeshNode destination;
        private long sent;
        private long received;
        private long met;
        private long missed;

        Sum(MeshNode source, MeshNode destination) {
            this.source = source;
            this.destination = destination;
        }
    }

    private record Pair(NodeId source, NodeId destination) {
    }

    private final Objective objective;
    private final Window window;
    private final long slotSeconds;
    private final BitSet excluded = new BitSet();
    private final int excludedSlots;
    private final int slots;
    private final int mostPairs;
    private final Map<Pair, Sum> pairs = new LinkedHashMap<>();

    /**
     * @param window whole slots
     * @param slot minutes or hours
     * @param maintenance slots that overlap one of these do not count
     * @param mostPairs beyond it the question is {@linkplain UnanswerableException refused}
     */
    public Availability(Objective objective, Window window, Slot slot, List<Window> maintenance, int mostPairs) {
        this.objective = objective;
        this.window = window;
        this.slotSeconds = slot.length().toSeconds();
        if (slotSeconds == 0) {
            throw new IllegalArgumentException("availability is counted in minutes or hours");
        }
        this.slots = Math.toIntExact(window.length().toSeconds() / slotSeconds);
        this.mostPairs = mostPairs;
        for (Window each : maintenance) {
            if (each.overlaps(window)) {
                long end = Math.ceilDiv(each.to().toEpochMilli() - window.from().toEpochMilli(), slotSeconds * 1_000);
                excluded.set(Math.max(0, index(each.from())), (int) Math.min(slots, end));
            }
        }
        this.excludedSlots = excluded.cardinality();
    }

    private int index(Instant time) {
        return Math.clamp(Math.floorDiv(time.getEpochSecond() - window.from().getEpochSecond(), slotSeconds),
                -1, Integer.MAX_VALUE);
    }

    @Override
    public void pair(MeshNode source, MeshNode destination, int ofWindow, Instant slot, DelaySketch results) {
        Sum sum = sum(source, destination);
        if (results.sent() == 0 || excluded.get(index(slot))) {
            return;
        }
        sum.sent += results.sent();
        sum.received += results.received();
        if (objective.met(results)) {
            sum.met++;
        } else {
            sum.missed++;
        }
    }

    private Sum sum(MeshNode source, MeshNode destination) {
        Pair key = new Pair(source.id(), destination.id());
        Sum known = pairs.get(key);
        if (known != null) {
            return known;
        }
        if (pairs.size() == mostPairs) {
            throw new UnanswerableException("more than " + mostPairs
                    + " pairs were measured in this window: name a sourceSite, a destinationSite, or both");
        }
        Sum opened = new Sum(source, destination);
        pairs.put(key, opened);
        return opened;
    }

    private SlotCounts counts(Sum sum) {
        return new SlotCounts(sum.met, sum.missed, slots - excludedSlots - sum.met - sum.missed, excludedSlots);
    }

    /** By the names of source and destination. */
    public List<PairAvailability> pairs() {
        List<PairAvailability> all = new ArrayList<>(pairs.size());
        pairs.values().forEach(sum -> all
                .add(new PairAvailability(sum.source, sum.destination, sum.sent, sum.received, counts(sum))));
        all.sort(Comparator.comparing((PairAvailability pair) -> pair.source().name())
                .thenComparing(pair -> pair.destination().name()).thenComparing(pair -> pair.source().id())
                .thenComparing(pair -> pair.destination().id()));
        return all;
    }

    /** By the names of the sites. */
    public List<SitePairAvailability> sitePairs() {
        Map<String, Map<String, SitePairAvailability>> sums = new TreeMap<>();
        pairs.values().forEach(sum -> {
            SitePairAvailability one = new SitePairAvailability(sum.source.site(), sum.destination.site(), 1, sum.sent,
                    sum.received, counts(sum));
            sums.computeIfAbsent(one.sourceSite(), _ -> new TreeMap<>()).merge(one.destinationSite(), one,
                    Availability::both);
        });
        return sums.values().stream().flatMap(row -> row.values().stream()).toList();
    }

    private static SitePairAvailability both(SitePairAvailability one, SitePairAvailability other) {
        return new SitePairAvailability(one.sourceSite(), one.destinationSite(), one.pairs() + other.pairs(),
                one.sent() + other.sent(), one.received() + other.received(), one.slots().plus(other.slots()));
    }
}
