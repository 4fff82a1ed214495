package io.sentinelmesh.probe.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.route.Answer.FromDestination;
import io.sentinelmesh.probe.route.Answer.Refusal;

/**
 * What was seen of one flow.
 *
 * @param name its source port, or ICMP identifier
 * @param hops from hop limit 1 on without gaps, up to the last that was answered
 * @param refusedHere why this host let nothing of it out
 * @param packets how many left
 */
record FlowObservation(int name, List<HopObservation> hops, Optional<RefusalReason> refusedHere, int packets) {

    FlowObservation {
        hops = List.copyOf(hops);
    }

    static FlowObservation of(int name, FlowProgress progress) {
        List<HopObservation> hops = new ArrayList<>();
        int last = Math.min(progress.end(), progress.highestAnswered());
        for (int hopLimit = 1; hopLimit <= last; hopLimit++) {
            hops.add(new HopObservation(hopLimit, progress.sentTo(hopLimit), progress.answersOf(hopLimit)));
        }
        return new FlowObservation(name, hops, progress.refusal(), progress.packets());
    }

    /**
     * The same with its end at the hop limit where other flows reached the destination, if only silence is between: a destination that limits its
     * answers keeps silent at one hop limit and answers at a farther one.
     */
    FlowObservation endingAt(int hopLimit) {
        if (!isReached() || length() <= hopLimit
                || hops.subList(hopLimit - 1, length() - 1).stream().anyMatch(HopObservation::isAnswered)) {
            return this;
        }
        List<HopObservation> shorter = new ArrayList<>(hops.subList(0, hopLimit - 1));
        int sent = hops.subList(hopLimit - 1, length()).stream().mapToInt(HopObservation::sent).sum();
        shorter.add(new HopObservation(hopLimit, sent, last()));
        return new FlowObservation(name, shorter, refusedHere, packets);
    }

    /** Hop limit of the last answer; 0 if there was none. */
    int length() {
        return hops.size();
    }

    /** Unanswered beyond the flow's end. */
    HopObservation hop(int hopLimit) {
        return hopLimit <= hops.size() ? hops.get(hopLimit - 1) : new HopObservation(hopLimit, 0, List.of());
    }

    boolean isReached() {
        return last().stream().anyMatch(FromDestination.class::isInstance);
    }

    /** What turned the packets away at the end of the way; empty if they arrived, or nothing was told. */
    Optional<Refusal> refusal() {
        return isReached()
                ? Optional.empty()
                : last().stream().filter(Refusal.class::isInstance).map(Refusal.class::cast).findFirst();
    }

    private List<Answer> last() {
        return hops.isEmpty() ? List.of() : hops.getLast().answers();
    }

    /** A hop that answered from several addresses is unknown here: which one it is changes from packet to packet. */
    Path path() {
        return new Path(hops.stream().map(HopObservation::onlyAddress).toList(), isReached());
    }

    /** Several routers answered at one hop limit, though all packets of a flow look alike. */
    boolean isPerPacket() {
        return hops.stream().anyMatch(hop -> hop.addresses().size() > 1);
    }

    /** Whether some hop was asked more than once and each time gave the same address; says nothing if false. */
    boolean isConstantAt(int hopLimit) {
        HopObservation hop = hop(hopLimit);
        return hop.answers().size() > 1 && hop.addresses().size() == 1;
    }
}
