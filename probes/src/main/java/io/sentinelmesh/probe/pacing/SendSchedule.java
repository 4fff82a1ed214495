package io.sentinelmesh.probe.pacing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;

/**
 * Whose turn it is, and when: every target once per interval (its own, or else the common one), each at its own phase of it, the phases spread
 * evenly. A target that stays keeps its phase; newcomers take the middle of the widest gaps. After a pause the whole schedule is moved on by the
 * time lost, so that what was missed is neither sent in a burst nor does the spread suffer. Times are monotonic nanoseconds. One thread;
 * allocates only on a change.
 */
public final class SendSchedule {

    /**
     * A target is this late at most; beyond it the schedule moves. As long as a busy machine commonly keeps a thread waiting, so that such a one
     * still sends at its full pace, and short enough that what is sent at once is one packet to each of a twentieth of a second's destinations.
     */
    static final long MOST_LATE_NANOS = Duration.ofMillis(50).toNanos();

    private final long commonIntervalNanos;
    private final int turnsEach;
    private List<ProbeTarget> targets = List.of();
    private long[] intervals = new long[0];
    /** In planned time, which {@link #lost} is behind the clock; of a target without further turns, when it would have had the next. */
    private long[] dues = new long[0];
    private int[] turnsLeft = new int[0];
    private TimerWheel wheel = new TimerWheel(0, 0);
    /** What all pauses together took. */
    private long lost;

    public SendSchedule(Duration interval) {
        this(new ProbePacing(interval, ProbePacing.DEFAULT.lossThreshold()));
    }

    public SendSchedule(ProbePacing pacing) {
        commonIntervalNanos = pacing.interval().toNanos();
        turnsEach = pacing.packetsPerTarget();
    }

    /** @param wanted distinct */
    public void replace(List<ProbeTarget> wanted, long now) {
        Map<ProbeTarget, Integer> before = new HashMap<>();
        for (int i = 0; i < targets.size(); i++) {
            before.put(targets.get(i), i);
        }
        long[] newDues = new long[wanted.size()];
        int[] newTurns = new int[wanted.size()];
        long[] newIntervals = wanted.stream().mapToLong(this::interval).toArray();
        Map<Long, List<Integer>> newcomers = new HashMap<>();
        Map<Long, List<Long>> taken = new HashMap<>();
        for (int i = 0; i < newDues.length; i++) {
            Integer old = before.get(wanted.get(i));
            if (old != null) {
                newDues[i] = dues[old];
                newTurns[i] = turnsLeft[old];
                taken.computeIfAbsent(newIntervals[i], _ -> new ArrayList<>())
                        .add(Math.floorMod(dues[old], newIntervals[i]));
            } else {
                newTurns[i] = turnsEach;
                newcomers.computeIfAbsent(newIntervals[i], _ -> new ArrayList<>()).add(i);
            }
        }
        newcomers.forEach((interval, who) -> place(who, interval, taken.getOrDefault(interval, List.of()), now - lost,
                newDues));
        targets = List.copyOf(wanted);
        intervals = newIntervals;
        dues = newDues;
        turnsLeft = newTurns;
        wind(now - lost);
    }

    private long interval(ProbeTarget target) {
        return target.ownInterval().map(Duration::toNanos).orElse(commonIntervalNanos);
    }

    /** A newcomer whose place in this interval has passed waits for the next, so that nobody gets two turns in an interval. */
    private static void place(List<Integer> newcomers, long interval, List<Long> taken, long now, long[] dues) {
        long[] phases = taken.stream().mapToLong(Long::longValue).sorted().toArray();
        long[] places = PhaseSpread.newcomers(phases, newcomers.size(), interval);
        for (int i = 0; i < places.length; i++) {
            // The first of their interval begin at once.
            dues[newcomers.get(i)] = now
                    + (phases.length == 0 ? places[i] : Math.floorMod(places[i] - now, interval));
        }
    }

    private void wind(long now) {
        int[] inOrder = IntStream.range(0, dues.length).boxed().sorted(Comparator.comparingLong(i -> dues[i]))
                .mapToInt(Integer::intValue).toArray();
        wheel = new TimerWheel(dues.length, inOrder.length == 0 ? now : Math.min(now, dues[inOrder[0]]));
        for (int i : inOrder) {
            if (turnsLeft[i] > 0) {
                wheel.arm(i, dues[i]);
            }
        }
    }

    /** In the order in which they were given; the numbers that {@link #take} answers with count in it. */
    public List<ProbeTarget> targets() {
        return targets;
    }

    /** When the next packet is due; {@link Long#MAX_VALUE} if there will be none. */
    public long nextDue() {
        long earliest = wheel.earliest();
        return earliest == Long.MAX_VALUE ? earliest : earliest + lost;
    }

    /** The number of the target whose turn it is, or -1 if none is due yet. */
    public int take(long now) {
        int taken = wheel.poll(now - lost);
        if (taken >= 0) {
            dues[taken] += intervals[taken];
            if (turnsLeft[taken] == ProbePacing.UNENDING || --turnsLeft[taken] > 0) {
                wheel.arm(taken, dues[taken]);
            }
        }
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
        lost += lag;
        return lag;
    }

    /** Packets in one second, as planned. */
    public double packetsPerSecond() {
        return Arrays.stream(intervals).mapToDouble(interval -> 1e9 / interval).sum();
    }

    /** Between two packets to the target of this number, nanoseconds. */
    public long intervalNanos(int number) {
        return intervals[number];
    }
}
