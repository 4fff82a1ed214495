package io.sentinelmesh.probe.http;

import java.util.List;

import io.sentinelmesh.probe.exchange.Phases;

/**
 * What one check found.
 *
 * @param hops in order; none only if nothing could be sent
 */
public record HttpResult(HttpOutcome outcome, List<HttpHop> hops) {

    public HttpResult {
        hops = List.copyOf(hops);
    }

    boolean isOk() {
        return outcome instanceof HttpOutcome.Ok;
    }

    /** All hops together. */
    public Phases phases() {
        return Phases.sum(hops.stream().map(HttpHop::phases).toList());
    }
}
