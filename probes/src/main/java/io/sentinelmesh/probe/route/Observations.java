package io.sentinelmesh.probe.route;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything one trace saw.
 *
 * @param answeredLast hop limits at which the last round of asking again still brought answers: limits are at work there
 * @param askedAgain whether there was such a round
 * @param tookNanos from the first packet to the end of waiting
 * @param sendTrouble why packets could not be sent, if some could not
 */
record Observations(List<FlowObservation> flows, Set<Integer> answeredLast, boolean askedAgain, long tookNanos,
        Optional<String> sendTrouble) {

    Observations {
        flows = List.copyOf(flows);
        answeredLast = Set.copyOf(answeredLast);
    }

    int packets() {
        return flows.stream().mapToInt(FlowObservation::packets).sum();
    }

    int longest() {
        return flows.stream().mapToInt(FlowObservation::length).max().orElse(0);
    }
}
