package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.sentinelmesh.measurement.ProbeOutcome;
import io.sentinelmesh.measurement.ProbeOutcome.Answered;
import io.sentinelmesh.measurement.ProbeOutcome.Lost;
import io.sentinelmesh.measurement.ProbeOutcome.NotSent;
import io.sentinelmesh.measurement.ProbeOutcome.Refused;
import io.sentinelmesh.measurement.RefusalReason;

/** Writes down what a prober tells. Readable by any thread. */
public class RecordedFates implements ProbeListener {

    public record Fate(int target, long wallNanos, ProbeOutcome outcome) {
    }

    private final Duration lossThreshold;
    private final List<Fate> fates = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> duplicates = Collections.synchronizedList(new ArrayList<>());
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> ticks = Collections.synchronizedList(new ArrayList<>());

    public RecordedFates(ProbePacing pacing) {
        lossThreshold = pacing.lossThreshold();
    }

    public List<Fate> all() {
        synchronized (fates) {
            return List.copyOf(fates);
        }
    }

    public List<ProbeOutcome> of(int target) {
        return all().stream().filter(fate -> fate.target() == target).map(Fate::outcome).toList();
    }

    public List<Integer> duplicates() {
        return List.copyOf(duplicates);
    }

    public List<Long> ticks() {
        return List.copyOf(ticks);
    }

    @Override
    public void answered(int target, long sentNanos, long roundTripNanos) {
        fates.add(new Fate(target, sentNanos, new Answered(Duration.ofNanos(roundTripNanos))));
    }

    @Override
    public void lost(int target, long sentNanos) {
        fates.add(new Fate(target, sentNanos, new Lost(lossThreshold)));
    }

    @Override
    public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
        fates.add(new Fate(target, sentNanos, new Refused(reason, offender)));
    }

    @Override
    public void notSent(int target, long dueNanos, String cause) {
        fates.add(new Fate(target, dueNanos, new NotSent(cause)));
    }

    @Override
    public void duplicate(int target, long sentNanos) {
        duplicates.add(target);
    }

    /** Everything beside the fates, in order: "late 3", "corrupt 3", "hop-limit 3 64", "suspected 3" and so on. */
    public List<String> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** Of one kind. */
    public List<String> events(String kind) {
        return events().stream().filter(event -> event.startsWith(kind + " ")).toList();
    }

    @Override
    public void disturbed(int target, long sentNanos, Disturbance cause) {
        events.add("disturbed " + target + " " + cause);
    }

    @Override
    public void late(int target, long sentNanos) {
        events.add("late " + target);
    }

    @Override
    public void corrupt(int target, long sentNanos) {
        events.add("corrupt " + target);
    }

    @Override
    public void hopLimitSeen(int target, int hopLimit) {
        events.add("hop-limit " + target + " " + hopLimit);
    }

    @Override
    public void suspected(int target) {
        events.add("suspected " + target);
    }

    @Override
    public void confirmed(int target) {
        events.add("confirmed " + target);
    }

    @Override
    public void withdrawn(int target) {
        events.add("withdrawn " + target);
    }

    @Override
    public void tick(long nowNanos) {
        ticks.add(nowNanos);
    }
}
