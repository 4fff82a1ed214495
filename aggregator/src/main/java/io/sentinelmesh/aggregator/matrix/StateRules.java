package io.sentinelmesh.aggregator.matrix;

import java.time.Duration;
import java.util.OptionalInt;

import io.sentinelmesh.measurement.RecentFates;

/** Decides what a cell is: pure functions, described for people in docs/states.md and held to it by a table of edge cases. */
public final class StateRules {

    /** Three in a row: at one packet a second an outage is told within 5 s, and two chance losses are no outage. */
    public static final int DOWN_AFTER_UNANSWERED = 3;

    /** As many answers in a row end an outage, so that one stray answer does not. */
    public static final int RECOVERED_AFTER_ANSWERED = 3;

    /** Agents report each second; a link that is closed or dumb for longer tells nothing about its row. */
    public static final Duration LONGEST_SILENCE = Duration.ofSeconds(3);

    /** A link that answers while its prober reports nothing: after so many rounds the row is history, not news. */
    public static final int STALE_AFTER_ROUNDS = 3;

    public static final int DEGRADED_ABOVE_BASELINES = 2;

    /** Twice a baseline of 50 us is still nothing anyone could feel: below this much more, a delay is never degraded. */
    public static final Duration DEGRADED_ABOVE_BASELINE_BY = Duration.ofMillis(2);

    private StateRules() {
    }

    /**
     * Whether a source's row may be judged at all.
     *
     * @param sinceHeard since any frame came from the source
     * @param sinceReport since it last told how its destinations are
     */
    public static boolean fresh(Duration sinceHeard, Duration sinceReport, Duration roundLength) {
        return sinceHeard.compareTo(LONGEST_SILENCE) <= 0
                && sinceReport.compareTo(roundLength.multipliedBy(STALE_AFTER_ROUNDS)) <= 0;
    }

    /**
     * @param fresh as {@link #fresh} says of the source's row; nothing else about the source or the destination counts, membership least
     * @param impaired the source says that its own prober cannot be believed: nothing it reports is about the network
     * @param newest the newest round's worth of packets
     * @param recent the fates of the newest packets, those of {@code newest} included
     * @param baselineMicros the pair's own usual median; empty while it is being learnt
     */
    public static CellState judge(boolean fresh, boolean impaired, CellFigures newest, RecentFates recent,
            OptionalInt baselineMicros) {
        return judge(fresh, impaired, newest.sent(), newest.received(), newest.medianMicros(), recent.lostMask(),
                recent.count(), baselineMicros.orElse(Baseline.NOT_KNOWN));
    }

    /**
     * The same of plain numbers, as the matrix keeps them.
     *
     * @param lostMask with {@code fates} what {@link RecentFates} holds
     * @param baselineMicros or {@link Baseline#NOT_KNOWN}
     */
    static CellState judge(boolean fresh, boolean impaired, int sent, int received, int medianMicros, long lostMask,
            int fates, int baselineMicros) {
        if (!fresh) {
            return CellState.NO_DATA;
        }
        if (impaired) {
            return CellState.PROBER_IMPAIRED;
        }
        if (sent == 0) {
            return CellState.NO_DATA;
        }
        if (lostMask != 0) {
            RecentFates recent = new RecentFates(lostMask, fates);
            if (recent.unansweredRun() >= DOWN_AFTER_UNANSWERED) {
                return CellState.DOWN;
            }
            if (sent - received > excusedLosses(recent, sent)) {
                return CellState.DEGRADED;
            }
        } else if (received < sent) {
            return CellState.DEGRADED;
        }
        return received > 0 && slow(medianMicros, baselineMicros) ? CellState.DEGRADED : CellState.OK;
    }

    /**
     * What a past round, or a longer period, of which counts are kept and no order of packets, is judged to have been. That an outage was over, or
     * that the last packets were the lost ones, is not known: loss is degraded, and down is what answered nothing.
     *
     * @param medianMicros without meaning if nothing was received
     * @param baselineMicros what was usual before; empty if that is not known
     */
    public static CellState judgePast(long sent, long received, int medianMicros, OptionalInt baselineMicros) {
        if (sent == 0) {
            return CellState.NO_DATA;
        }
        if (received == 0 && sent >= DOWN_AFTER_UNANSWERED) {
            return CellState.DOWN;
        }
        return received < sent || slow(medianMicros, baselineMicros.orElse(Baseline.NOT_KNOWN))
                ? CellState.DEGRADED
                : CellState.OK;
    }

    private static boolean slow(long median, long baseline) {
        return baseline != Baseline.NOT_KNOWN && median > DEGRADED_ABOVE_BASELINES * baseline
                && median - baseline > DEGRADED_ABOVE_BASELINE_BY.toNanos() / 1_000;
    }

    /**
     * An outage is told once. When a pair was down and has since answered three packets in a row, what was lost up to the end of that outage
     * has been told; only losses after it are news.
     *
     * @return how many of the {@code newest} packets were lost in or before an outage that is over
     */
    static int excusedLosses(RecentFates recent, int newest) {
        int endOfOutage = newestFinishedOutage(recent);
        int excused = 0;
        for (int age = endOfOutage; age < Math.min(newest, recent.count()); age++) {
            if (recent.lost(age)) {
                excused++;
            }
        }
        return excused;
    }

    /** The age of the last packet lost in the newest outage that is over, or the number of known fates if there was none. */
    private static int newestFinishedOutage(RecentFates recent) {
        int end = recent.count();
        int lastLoss = recent.count();
        int lostRun = 0;
        int answeredRun = 0;
        boolean inOutage = false;
        for (int age = recent.count() - 1; age >= 0; age--) {
            if (recent.lost(age)) {
                lostRun++;
                answeredRun = 0;
                lastLoss = age;
                inOutage |= lostRun >= DOWN_AFTER_UNANSWERED;
            } else {
                lostRun = 0;
                answeredRun++;
                if (inOutage && answeredRun >= RECOVERED_AFTER_ANSWERED) {
                    inOutage = false;
                    end = lastLoss;
                }
            }
        }
        return end;
    }
}
