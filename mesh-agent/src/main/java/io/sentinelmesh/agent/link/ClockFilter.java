package io.sentinelmesh.agent.link;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.sentinelmesh.measurement.AgentHealth.ClockOffset;

/**
 * How far this host's wall clock is from the aggregator's, from pings over the link: the aggregator's time lies somewhere between sending and
 * receiving, so it is taken for the middle and cannot be off by more than half the round trip. Of the last samples the one with the
 * smallest bound counts, as in the clock filter of RFC 5905 (section 10): what took long waited somewhere, and nobody knows on which way.
 *
 * <p>
 * Pings go from the link's event loop; {@link #newest} may be asked by any thread.
 */
final class ClockFilter {

    /** As many stages as the filter of RFC 5905 has. */
    static final int WINDOW = 8;
    /**
     * How much the two clocks may drift apart: each is a quartz without discipline at worst, which is off by up to 100 parts per million. (RFC
     * 5905 counts on 15, for clocks that are disciplined.)
     */
    static final double DRIFT = 200e-6;
    /** A sample says nothing worth showing after that. */
    static final Duration LONGEST_AGE = Duration.ofMinutes(10);
    /** Pings that wait for their pong; the aggregator may be away. */
    static final int MOST_UNDER_WAY = 8;
    /** The clock was set if it moved against the monotonic one by more than this beyond all drift. */
    private static final long SET_MICROS = 500;
    private static final long NANOS_PER_MICRO = 1_000;

    /**
     * @param offsetMicros this host's clock less the aggregator's
     * @param aheadMicros this host's clock less its monotonic one, to see that it was set
     */
    private record Sample(long offsetMicros, long halfRoundTripMicros, long takenNanos, long aheadMicros) {

        long boundMicros(long nowNanos) {
            // Two more for the microseconds that both ends round down to.
            return halfRoundTripMicros + (long) Math.ceil((nowNanos - takenNanos) * DRIFT / NANOS_PER_MICRO) + 2;
        }

        ClockOffset at(long nowNanos) {
            return new ClockOffset(offsetMicros, boundMicros(nowNanos));
        }
    }

    private record Sent(long nanos, long wallMicros) {
    }

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Map<Long, Sent> underWay = new LinkedHashMap<>();
    private final Deque<Sample> window = new ArrayDeque<>();
    private long lastToken;

    ClockFilter(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Another aggregator has another clock; and pongs of a link that is gone do not come. */
    synchronized void otherAggregator() {
        window.clear();
        underWay.clear();
    }

    /** The token of a ping that leaves now. */
    synchronized long ping() {
        if (underWay.size() >= MOST_UNDER_WAY) {
            underWay.remove(underWay.keySet().iterator().next());
        }
        underWay.put(++lastToken, new Sent(nanoTime.getAsLong(), wallMicros()));
        return lastToken;
    }

    /** Nothing if no ping asked for it. */
    synchronized void pong(long token, Instant aggregators) {
        Sent sent = underWay.remove(token);
        if (sent == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        long roundTripMicros = (now - sent.nanos) / NANOS_PER_MICRO;
        if (set(sent.wallMicros - sent.nanos / NANOS_PER_MICRO, now, now - sent.nanos)) {
            // The clock was set while this was under way: when it left is no time of either.
            window.clear();
            return;
        }
        long half = (roundTripMicros + 1) / 2;
        take(new Sample(sent.wallMicros + roundTripMicros / 2 - micros(aggregators), half, now, aheadMicros(now)));
    }

    private void take(Sample sample) {
        best(sample.takenNanos).filter(known -> apart(known.at(sample.takenNanos), sample.at(sample.takenNanos)))
                // Both cannot be true: one of the two clocks was set, and the older one is history.
                .ifPresent(_ -> window.clear());
        if (window.size() >= WINDOW) {
            window.removeFirst();
        }
        window.addLast(sample);
    }

    private static boolean apart(ClockOffset one, ClockOffset other) {
        return Math.abs(one.offsetMicros() - other.offsetMicros()) > one.boundMicros() + other.boundMicros();
    }

    /** The best there is; empty before the first pong, long after the last, and after this host's clock was set. */
    synchronized Optional<ClockOffset> newest() {
        long now = nanoTime.getAsLong();
        window.removeIf(old -> now - old.takenNanos > LONGEST_AGE.toNanos()
                || set(old.aheadMicros, now, now - old.takenNanos));
        return best(now).map(sample -> sample.at(now));
    }

    private Optional<Sample> best(long nowNanos) {
        return window.stream().min(Comparator.comparingLong(sample -> sample.boundMicros(nowNanos)));
    }

    private boolean set(long aheadThenMicros, long nowNanos, long sinceNanos) {
        long moved = Math.abs(aheadMicros(nowNanos) - aheadThenMicros);
        // Slewing (adjtime) moves the monotonic clock as well, so what is left is a step.
        return moved > SET_MICROS + sinceNanos * DRIFT / NANOS_PER_MICRO;
    }

    private long aheadMicros(long nowNanos) {
        return wallMicros() - nowNanos / NANOS_PER_MICRO;
    }

    private long wallMicros() {
        return micros(clock.instant());
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000L + instant.getNano() / NANOS_PER_MICRO;
    }
}
