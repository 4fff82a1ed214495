package io.sentinelmesh.probe.route;

/** Hears each answer of a trace as it comes. On the trace's thread. */
@FunctionalInterface
interface TraceWatcher {

    TraceWatcher NOBODY = (_, _, _) -> {
    };

    void answered(int flow, int hopLimit, Answer answer);
}
