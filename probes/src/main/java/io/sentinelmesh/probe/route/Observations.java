package io.sentinelmesh.probe.route;

import java.util.List;
import java.util.Optional;

/**
 * Everything one trace saw.
 *
 * @param tookNanos from the first packet to the end of waiting
 * @param sendTrouble why packets could not be sent, if some could not
 */
record Observations(List<FlowObservation> flows, long tookNanos, Optional<String> sendTrouble) {

    Observations {
        flows = List.copyOf(flows);
    }

    int packets() {
        return flows.stream().mapToInt(FlowObservation::packets).sum();
    }

    int longest() {
        return flows.stream().mapToInt(FlowObservation::length).max().orElse(0);
    }
}
