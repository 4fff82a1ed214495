package io.sentinelmesh.agent.path;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/**
 * Which destination is traced next, and when. New ones within a minute, then each once in an interval, so that they stay spread. No sockets, no
 * clock. Thread-safe.
 */
final class Turns {

    /** Over which the first traces are spread. */
    static final Duration FIRST_WITHIN = Duration.ofMinutes(1);
    /** However much happens to a destination. */
    static final Duration NOT_SOONER_THAN = Duration.ofMinutes(1);
    static final int MOST_PACKETS_PER_SECOND = 50;

    /** @param expectedHops how many the way had the last time; 0 if not known */
    record Turn(NodeId destination, InetAddress address, int expectedHops) {
    }

    private static final class Place {
        InetAddress address;
        long due;
        long traced;
        boolean wasTraced;
        boolean underWay;
        int expectedHops;

        Place(InetAddress address, long due) {
            this.address = address;
            this.due = due;
        }
    }

    private final int seed;
    private final Map<NodeId, Place> places = new HashMap<>();
    private Duration interval = Duration.ZERO;
    /** What may be sent; a trace tells afterwards what it took. */
    private double packets = MOST_PACKETS_PER_SECOND;
    private long refilled;

    /** @param seed differs from agent to agent, so that they do not all begin with the same one */
    Turns(int seed) {
        this.seed = seed;
    }

    /** @param every zero: no turns at all */
    synchronized void every(Duration every, long now) {
        boolean begins = interval.isZero();
        interval = every;
        places.forEach((node, place) -> place.due = begins
                ? now + first(node)
                : earlier(place.due, now + every.toNanos()));
    }

    synchronized void destinations(Map<NodeId, InetAddress> wanted, long now) {
        places.keySet().retainAll(wanted.keySet());
        wanted.forEach((node, address) -> {
            Place place = places.computeIfAbsent(node, _ -> new Place(address, now + first(node)));
            if (!place.address.equals(address)) {
                place.address = address;
                place.expectedHops = 0;
                place.due = now;
            }
        });
    }

    private long first(NodeId node) {
        long within = Math.min(FIRST_WITHIN.toNanos(), interval.toNanos());
        return within == 0 ? 0 : Math.floorMod((31 * seed + node.hashCode()) * 0x9E3779B97F4A7C15L, within);
    }

    private static long earlier(long one, long other) {
        return one - other <= 0 ? one : other;
    }

    /** Something happened to it: it is traced as soon as may be. */
    synchronized void hurry(NodeId node, long now) {
        Place place = places.get(node);
        if (place != null) {
            long soonest = Math.min(NOT_SOONER_THAN.toNanos(), interval.toNanos());
            boolean lately = place.wasTraced && now - place.traced < soonest;
            place.due = earlier(place.due, lately ? place.traced + soonest : now);
        }
    }

    /** Whose turn it is; until {@link #done} it is nobody else's. */
    synchronized Optional<Turn> next(long now) {
        refill(now);
        if (interval.isZero() || packets <= 0) {
            return Optional.empty();
        }
        NodeId chosen = null;
        Place first = null;
        for (Map.Entry<NodeId, Place> entry : places.entrySet()) {
            Place place = entry.getValue();
            if (!place.underWay && place.due - now <= 0 && (first == null || place.due - first.due < 0)) {
                chosen = entry.getKey();
                first = place;
            }
        }
        if (chosen == null || first == null) {
            return Optional.empty();
        }
        first.underWay = true;
        first.traced = now;
        first.wasTraced = true;
        first.due = now + interval.toNanos();
        return Optional.of(new Turn(chosen, first.address, first.expectedHops));
    }

    private void refill(long now) {
        double seconds = Math.max(0, now - refilled) / 1e9;
        packets = Math.min(MOST_PACKETS_PER_SECOND, packets + seconds * MOST_PACKETS_PER_SECOND);
        refilled = now;
    }

    /**
     * @param sent packets that it took
     * @param hops how many the way had if the destination was reached, else 0
     */
    synchronized void done(Turn turn, int sent, int hops) {
        packets -= sent;
        Place place = places.get(turn.destination());
        if (place != null) {
            place.underWay = false;
            if (hops > 0 && place.address.equals(turn.address())) {
                place.expectedHops = hops;
            }
        }
    }
}
