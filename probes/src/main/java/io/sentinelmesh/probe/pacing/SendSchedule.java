package io.sentinelmesh.probe.pacing;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.probe.ProbeTarget;

/**
 * Whose turn it is, and when: every target once per interval, each at its own phase of it, the phases spread evenly. A target that stays keeps
 * its phase; newcomers take the middle of the widest gaps. After a pause the whole schedule is moved on by the time lost, so that what was
 * missed is neither sent in a burst nor does the spread suffer. Times are monotonic nanoseconds. One thread; allocates only on a change.
 */
public final class SendSchedule {

    /**
     * A target is this late at most; beyond it the schedule moves. As long as a busy machine commonly keeps a thread waiting, so that such a one
     * still sends at its full pace, and short enough that what is sent at once is one packet to each of a twentieth of a second's destinations.
     */
    static final long MOST_LATE_NANOS = Duration.ofMillis(50).toNanos();

    private final long intervalNanos;
    private ProbeTarget[] targets = new ProbeTarget[0];
    /** Ascending, 0 to interval - 1, same order as the targets. */
    private long[] phases = new long[0];
    private int next;
    private long cycleStart;

    public SendSchedule(Duration interval) {
        intervalNanos = interval.toNanos();
    }

    /** @param wanted distinct */
    public void replace(List<ProbeTarget> wanted, long now) {
        if (targets.length == 0) {
            cycleStart = now;
        }
        long goOnAt = targets.length == 0 ? now : Math.min(nextDue(), now + 1);
        Map<ProbeTarget, Long> before = new HashMap<>();
        for (int i = 0; i < targets.length; i++) {
            before.put(targets[i], phases[i]);
        }
        long[] kept = wanted.stream().filter(before::containsKey).mapToLong(before::get).sorted().toArray();
        long[] fresh = PhaseSpread.newcomers(kept, wanted.size() - kept.length, intervalNanos);

        record Place(ProbeTarget target, long phase) {
        }
        Place[] places = new Place[wanted.size()];
        int taken = 0;
        for (int i = 0; i < places.length; i++) {
            ProbeTarget target = wanted.get(i);
            Long phase = before.get(target);
            places[i] = new Place(target, phase != null ? phase : fresh[taken++]);
        }
        Arrays.sort(places, Comparator.comparingLong(Place::phase));
        targets = Arrays.stream(places).map(Place::target).toArray(ProbeTarget[]::new);
        phases = Arrays.stream(places).mapToLong(Place::phase).toArray();
        goOn(goOnAt);
    }

    /**
     * What was due already and has not had its turn comes first; a newcomer whose place this interval has passed waits for the next, so that
     * nobody gets two turns in an interval, or none.
     */
    private void goOn(long overdueOrAfterNow) {
        while (cycleStart > overdueOrAfterNow) {
            cycleStart -= intervalNanos;
        }
        next = 0;
        while (next < phases.length && cycleStart + phases[next] < overdueOrAfterNow) {
            next++;
        }
        if (phases.length > 0) {
            wrap();
        }
    }

    private void wrap() {
        if (next == phases.length) {
            next = 0;
            cycleStart += intervalNanos;
        }
    }

    /** In the order of their phases; the numbers that {@link #take} answers with count in it. */
    public List<ProbeTarget> targets() {
        return List.of(targets);
    }

    /** When the next packet is due; {@link Long#MAX_VALUE} without targets. */
    public long nextDue() {
        return targets.length == 0 ? Long.MAX_VALUE : cycleStart + phases[next];
    }

    /** The number of the target whose turn it is, or -1 if none is due yet. */
    public int take(long now) {
        if (nextDue() > now) {
            return -1;
        }
        int taken = next++;
        wrap();
        return taken;
    }

    /**
     * Moves everything that is still to come if the engine fell behind.
     *
     * @return by how much, 0 if it kept up
     */
    public long catchUp(long now) {
        long due = nextDue();
        if (due == Long.MAX_VALUE || now - due <= MOST_LATE_NANOS) {
            return 0;
        }
        long lag = now - due;
        cycleStart += lag;
        return lag;
    }

    /** Packets in one second, as planned. */
    public double packetsPerSecond() {
        return targets.length * 1e9 / intervalNanos;
    }
}
