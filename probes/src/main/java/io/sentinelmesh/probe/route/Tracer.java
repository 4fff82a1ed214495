package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sentinelmesh.measurement.RefusalReason;

/**
 * Decides which packets leave when, and when enough is known. First everything up to the expected length, a few flows at a time, then further
 * in steps while the way goes on, then again what was not answered, a bounded number of times. Every wait ends by the request's timeout. Knows no sockets. One thread.
 */
final class Tracer implements TraceNetwork.Replies {

    /** The first burst of a way of unknown length: most ways are not longer, and what is too much is answered by the destination alone. */
    static final int FIRST_BURST = 12;
    static final int STEP = 8;
    /** A way that was as long as expected may have grown by so much without costing another round trip. */
    static final int SPARE = 2;
    /** After so many hop limits without an answer nothing farther is asked for. */
    static final int MOST_SILENT_IN_A_ROW = 12;
    /** A load balancer is asked so often by each flow whether it stays with its choice. */
    static final int REPETITIONS = 2;
    /** Places at which that is asked: answers come in any order, so the first place found may not be the first on the way. */
    static final int MOST_PLACES_ASKED = 2;
    /** A Linux router answers six at once by default; each flow asks it once, and two are left for what comes after. */
    static final int FLOWS_AT_ONCE = 4;
    private static final long LONGEST_SLICE_NANOS = 50_000_000L;

    private final TraceNetwork network;
    private final TraceRequest request;
    private final TraceWatcher watcher;
    private final List<FlowProgress> flows = new ArrayList<>();
    private final Set<Integer> placesAsked = new HashSet<>();
    private Optional<String> sendTrouble = Optional.empty();
    private final Set<Integer> answeredInRound = new HashSet<>();
    private int started;
    private int retries;

    Tracer(TraceNetwork network, TraceRequest request, TraceWatcher watcher) {
        this.network = network;
        this.request = request;
        this.watcher = watcher;
        for (int flow = 0; flow < request.flows(); flow++) {
            flows.add(new FlowProgress(network.oneAtATime()));
        }
    }

    Observations run() throws InterruptedException {
        long began = network.nanos();
        while (true) {
            send();
            if (isIdle() && !startMore() && !extend() && !retry()) {
                return observations(network.nanos() - began);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("the trace was given up");
            }
            long now = network.nanos();
            long wait = flows.stream().mapToLong(flow -> flow.nanosToExpiry(now)).min().orElse(0);
            if (wait != Long.MAX_VALUE) {
                network.await(now + Math.min(wait, LONGEST_SLICE_NANOS), this);
            }
            goOnWhileTheWayDoes();
        }
    }

    /** The first burst of the next flows; what those before found is known by then. */
    private boolean startMore() {
        if (started == flows.size()) {
            return false;
        }
        int known = farthestEnd() > 0 ? farthestEnd() : request.expectedHops();
        int last = Math.min(flows.size(), started + FLOWS_AT_ONCE);
        for (int flow = started; flow < last; flow++) {
            // What goes beyond a known end is answered by the destination, and that may be rate-limited, too: one flow does it for all.
            int spare = flow == started ? SPARE : 0;
            flows.get(flow).extendTo(Math.min(request.mostHops(), known > 0 ? known + spare : FIRST_BURST));
        }
        started = last;
        return true;
    }

    private List<FlowProgress> startedFlows() {
        return flows.subList(0, started);
    }

    private void send() {
        long until = network.nanos() + request.timeout().toNanos();
        for (int i = 0; i < flows.size(); i++) {
            // Another flow goes first in each round, so that a router's few answers are not always the same one's.
            int flow = (i + retries) % flows.size();
            List<TestPacket> packets = flows.get(flow).takePending(until);
            if (!packets.isEmpty()) {
                network.send(flow, packets, this);
            }
        }
    }

    private boolean isIdle() {
        long now = network.nanos();
        flows.forEach(flow -> flow.expire(now));
        return flows.stream().allMatch(FlowProgress::isIdle);
    }

    /** The last hop limit asked for was answered by a router: the way goes on, and there is no need to wait for the rest. */
    private void goOnWhileTheWayDoes() {
        for (FlowProgress flow : startedFlows()) {
            if (flow.end() == Integer.MAX_VALUE && flow.isAnswered(flow.top())) {
                flow.extendTo(Math.min(request.mostHops(), flow.top() + STEP));
            }
        }
    }

    /** Looks farther where the way may go on behind routers that stay silent. */
    private boolean extend() {
        int farthestEnd = farthestEnd();
        boolean extended = false;
        for (FlowProgress flow : flows) {
            int silent = flow.top() - flow.highestAnswered();
            // Where others arrived is the end, unless this flow was seen to go farther.
            boolean mayGoOn = farthestEnd == 0 || flow.routerBeyond(farthestEnd);
            if (mayGoOn && flow.end() == Integer.MAX_VALUE && flow.top() < request.mostHops()
                    && silent < MOST_SILENT_IN_A_ROW) {
                flow.extendTo(Math.min(request.mostHops(), flow.top() + STEP));
                extended = true;
            }
        }
        return extended;
    }

    /** Where the flow that went farthest ended; 0 if none ended yet. */
    private int farthestEnd() {
        return flows.stream().mapToInt(FlowProgress::end).filter(end -> end != Integer.MAX_VALUE).max().orElse(0);
    }

    private boolean retry() {
        if (retries == request.retries()) {
            return false;
        }
        retries++;
        answeredInRound.clear();
        boolean asked = false;
        for (FlowProgress flow : flows) {
            int last = lastToAskAgain(flow);
            for (int hopLimit = 1; hopLimit <= last; hopLimit++) {
                if (!flow.isAnswered(hopLimit)) {
                    flow.ask(hopLimit);
                    asked = true;
                }
            }
        }
        return asked;
    }

    private int lastToAskAgain(FlowProgress flow) {
        int nearestEnd = flows.stream().mapToInt(FlowProgress::end).min().orElse(Integer.MAX_VALUE);
        if (nearestEnd == Integer.MAX_VALUE) {
            int farthestAnswered = flows.stream().mapToInt(FlowProgress::highestAnswered).max().orElse(0);
            return Math.min(request.mostHops(), farthestAnswered + 1);
        }
        if (flow.end() <= nearestEnd) {
            return flow.end() - 1;
        }
        // A host that limits its answers may have kept silent at the nearest hop limit and answered at a farther one. To ask for all in between would
        // use up what it has.
        boolean longer = flow.routerBeyond(nearestEnd);
        return longer ? Math.min(farthestEnd(), flow.end() - 1) : nearestEnd;
    }

    @Override
    public void answered(int flow, TestPacket packet, Answer answer) {
        int hopLimit = flows.get(flow).answered(packet, answer);
        if (hopLimit > 0) {
            answeredInRound.add(hopLimit);
            watcher.answered(flow, hopLimit, answer);
            askForTheSameWay(hopLimit);
        }
    }

    @Override
    public void refusedHere(int flow, RefusalReason reason) {
        flows.get(flow).refusedHere(reason);
    }

    @Override
    public void notSent(int flow, TestPacket packet, String cause) {
        sendTrouble = Optional.of(cause);
        flows.get(flow).notSent(packet);
    }

    /** Two flows part: does each stay with its own way (a load balancer by flow), or does every packet go its own (by packet)? */
    private void askForTheSameWay(int place) {
        boolean first = placesAsked.stream().allMatch(asked -> asked > place);
        if (placesAsked.size() < MOST_PLACES_ASKED && first && parts(place)) {
            placesAsked.add(place);
            for (FlowProgress flow : startedFlows()) {
                for (int i = 0; i < REPETITIONS; i++) {
                    flow.ask(place);
                }
            }
        }
    }

    private boolean parts(int hopLimit) {
        Set<InetAddress> addresses = new HashSet<>();
        for (FlowProgress flow : flows) {
            if (flow.isAnswered(hopLimit)) {
                flow.answersOf(hopLimit).forEach(answer -> addresses.add(answer.from()));
            }
        }
        return addresses.size() > 1;
    }

    private Observations observations(long tookNanos) {
        List<FlowObservation> observed = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            observed.add(FlowObservation.of(network.flowName(i), flows.get(i)));
        }
        int nearest = observed.stream().filter(FlowObservation::isReached).mapToInt(FlowObservation::length).min()
                .orElse(Integer.MAX_VALUE);
        return new Observations(observed.stream().map(flow -> flow.endingAt(nearest)).toList(),
                retries > 0 ? answeredInRound : Set.of(), retries > 0, tookNanos, sendTrouble);
    }
}
