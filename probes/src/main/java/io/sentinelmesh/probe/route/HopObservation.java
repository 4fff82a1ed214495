package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the packets of one flow with one hop limit brought.
 *
 * @param sent how many left
 * @param answers in the order of the packets
 */
record HopObservation(int hopLimit, int sent, List<Answer> answers) {

    HopObservation {
        answers = List.copyOf(answers);
    }

    Set<InetAddress> addresses() {
        return answers.stream().map(Answer::from).collect(Collectors.toSet());
    }

    /** Empty if nobody answered, or several did. */
    Optional<InetAddress> onlyAddress() {
        Set<InetAddress> addresses = addresses();
        return addresses.size() == 1 ? addresses.stream().findFirst() : Optional.empty();
    }

    boolean isAnswered() {
        return !answers.isEmpty();
    }
}
