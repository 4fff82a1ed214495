package io.sentinelmesh.probe;

import java.util.List;
import java.util.Optional;

import io.sentinelmesh.probe.pacing.TimerLateness;

/** Sends test packets to a changing set of targets at a steady pace and tells a {@link ProbeListener} the fate of each. */
public interface Prober extends AutoCloseable {

    /** The step of the permission ladder this prober stands on. */
    ProbeRung rung();

    /**
     * Replaces the targets from now on. A target that stays (same index, same address) keeps its place in time; the fate of packets under way
     * to one that went is still told. Any thread.
     */
    void probe(List<ProbeTarget> targets);

    /**
     * Empty while the engine runs; otherwise why it ended, in one line. A prober in trouble measures nothing any more: close it and open another.
     * Any thread.
     */
    Optional<String> trouble();

    /** How far the results are to be trusted. Any thread. */
    default ProberCounters counters() {
        return ProberCounters.NONE;
    }

    /** How late its engine is called; empty if that is not measured. Any thread. */
    default Optional<TimerLateness> timerLateness() {
        return Optional.empty();
    }

    /** Stops sending, waits for the engine thread to end (bounded), frees the sockets. Nothing is told to the listener afterwards. */
    @Override
    void close();
}
