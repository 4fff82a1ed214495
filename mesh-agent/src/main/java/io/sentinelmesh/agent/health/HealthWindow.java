package io.sentinelmesh.agent.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import io.sentinelmesh.agent.round.FateCounts;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.probe.pacing.TimerLateness;

/** The readings of the last ten seconds, and what happened within them. One thread. */
final class HealthWindow {

    /** One round: what spoils a round is seen until the round is over. */
    static final Duration LENGTH = Duration.ofSeconds(10);

    private final Deque<Reading> readings = new ArrayDeque<>();

    void add(Reading reading) {
        if (!readings.isEmpty() && !readings.getLast().prober().equals(reading.prober())) {
            // Another prober, other counts.
            readings.clear();
        }
        readings.addLast(reading);
        while (readings.size() > 2 && reading.nanos() - second().nanos() >= LENGTH.toNanos()) {
            readings.removeFirst();
        }
    }

    private Reading second() {
        Iterator<Reading> each = readings.iterator();
        each.next();
        return each.next();
    }

    Duration length() {
        return Duration.ofNanos(readings.getLast().nanos() - readings.getFirst().nanos());
    }

    ProberFigures prober() {
        Reading from = readings.getFirst();
        Reading to = readings.getLast();
        FateCounts.Counts before = from.fates();
        FateCounts.Counts after = to.fates();
        TimerLateness.Counts turns = to.lateness().since(from.lateness());
        long heldBack = to.heldBack() - from.heldBack();
        return new ProberFigures(after.due() - before.due(),
                Math.max(0, after.sendErrors() - before.sendErrors() - heldBack),
                after.disturbed() - before.disturbed(),
                // A socket that was closed takes its count with it.
                Math.max(0, to.socketDrops() - from.socketDrops()), after.duplicates() - before.duplicates(),
                turns.p99Micros(), Math.max(turns.maxMicros(), to.overdueNanos() / 1_000));
    }

    ProcessFigures process() {
        Reading to = readings.getLast();
        Reading.ProcessState state = to.state();
        return new ProcessFigures(to.cpu().stolenSince(readings.getFirst().cpu()), longestGcMillis() * 1_000,
                state.openFiles(), state.openFilesLimit(), state.heapUsedBytes(), state.heapMaxBytes());
    }

    private long longestGcMillis() {
        long longest = 0;
        long before = readings.getFirst().gcMillis();
        for (Reading reading : readings) {
            longest = Math.max(longest, reading.gcMillis() - before);
            before = reading.gcMillis();
        }
        return longest;
    }
}
