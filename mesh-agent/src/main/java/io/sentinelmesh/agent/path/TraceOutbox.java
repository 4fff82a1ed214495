package io.sentinelmesh.agent.path;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.sentinelmesh.measurement.PathTrace;

/** Traces until the next finished round takes them into the spool. Thread-safe. */
public final class TraceOutbox {

    /** Rounds come every few seconds; while there are none, nothing is measured that a path could explain. */
    static final int MOST = 256;
    /** That go with one round: six rounds make a batch, and it stays far below what a frame may hold. */
    static final int MOST_AT_ONCE = 32;

    private final Deque<PathTrace> waiting = new ArrayDeque<>();
    private long made;
    private long dropped;

    synchronized void add(PathTrace trace) {
        waiting.addLast(trace);
        made++;
        if (waiting.size() > MOST) {
            waiting.removeFirst();
            dropped++;
        }
    }

    /** The oldest ones, which are not here any more then. */
    public synchronized List<PathTrace> take() {
        List<PathTrace> taken = new ArrayList<>();
        while (taken.size() < MOST_AT_ONCE && !waiting.isEmpty()) {
            taken.add(waiting.removeFirst());
        }
        return taken;
    }

    /** Since the start. */
    public synchronized long made() {
        return made;
    }

    /** Of these, those for which there was no room. */
    public synchronized long dropped() {
        return dropped;
    }
}
