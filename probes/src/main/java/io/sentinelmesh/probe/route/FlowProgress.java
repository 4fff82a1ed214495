package io.sentinelmesh.probe.route;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.route.Answer.FromRouter;

/** Where the trace of one flow stands: what was sent, what it brought, what is still to be sent. Belongs to its {@link Tracer}. */
final class FlowProgress {

    private final Map<Integer, Map<Integer, Answer>> answers = new HashMap<>();
    private final Map<Integer, Integer> sent = new HashMap<>();
    private final Map<TestPacket, Long> underWay = new HashMap<>();
    private final Deque<Integer> pending = new ArrayDeque<>();
    private Optional<RefusalReason> refusedHere = Optional.empty();
    private boolean oneAtATime;
    private int top;
    private int end = Integer.MAX_VALUE;
    private int unnamed;
    private int notSent;

    FlowProgress(boolean oneAtATime) {
        this.oneAtATime = oneAtATime;
    }

    /** The highest hop limit asked for yet. */
    int top() {
        return top;
    }

    /** Asks for all hop limits up to this one. */
    void extendTo(int hopLimit) {
        while (top < hopLimit) {
            pending.add(++top);
        }
    }

    void ask(int hopLimit) {
        pending.add(hopLimit);
    }

    /** What leaves now, none of it beyond the end of the way; counted as under way until its time is up. */
    List<TestPacket> takePending(long untilNanos) {
        List<TestPacket> taken = new ArrayList<>();
        while (hasPending() && !(oneAtATime && !underWay.isEmpty())) {
            int hopLimit = pending.remove();
            int attempt = sent.getOrDefault(hopLimit, 0);
            if (attempt < TestPacket.MOST_ATTEMPTS) {
                TestPacket packet = new TestPacket(hopLimit, attempt);
                sent.put(hopLimit, attempt + 1);
                underWay.put(packet, untilNanos);
                taken.add(packet);
            }
        }
        return taken;
    }

    private boolean hasPending() {
        pending.removeIf(hopLimit -> hopLimit > end);
        return !pending.isEmpty();
    }

    /** @return the hop limit of the packet it is about; 0 if that could not be told */
    int answered(TestPacket told, Answer answer) {
        TestPacket packet = told;
        if (told.equals(TestPacket.UNKNOWN)) {
            if (!oneAtATime || underWay.size() != 1) {
                // From now on its packets go one by one, so that such an answer can only mean the one under way.
                oneAtATime = true;
                unnamed++;
                return 0;
            }
            packet = underWay.keySet().iterator().next();
        }
        underWay.remove(packet);
        if (!(answer instanceof FromRouter)) {
            end = Math.min(end, packet.hopLimit());
        }
        // Late ones are welcome; a second answer to the same packet is a copy.
        answers.computeIfAbsent(packet.hopLimit(), _ -> new HashMap<>()).putIfAbsent(packet.attempt(), answer);
        return packet.hopLimit();
    }

    void refusedHere(RefusalReason reason) {
        refusedHere = Optional.of(reason);
        pending.clear();
        underWay.clear();
    }

    void notSent(TestPacket packet) {
        underWay.remove(packet);
        notSent++;
    }

    /** Forgets packets whose time is up, and those beyond the end of the way: they would only repeat it. */
    void expire(long now) {
        underWay.entrySet().removeIf(entry -> entry.getValue() - now <= 0 || entry.getKey().hopLimit() > end);
    }

    boolean isIdle() {
        return underWay.isEmpty() && !hasPending();
    }

    /** How long until the first packet's time is up; {@link Long#MAX_VALUE} if none is under way. */
    long nanosToExpiry(long now) {
        return underWay.values().stream().mapToLong(until -> Math.max(0, until - now)).min().orElse(Long.MAX_VALUE);
    }

    /** The lowest hop limit at which the way ended; {@link Integer#MAX_VALUE} if it did not yet. */
    int end() {
        return refusedHere.isPresent() ? 0 : end;
    }

    int highestAnswered() {
        return answers.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** Whether a router answered at this hop limit or farther. */
    boolean routerBeyond(int hopLimit) {
        return answers.entrySet().stream().anyMatch(hop -> hop.getKey() >= hopLimit
                && hop.getValue().values().stream().anyMatch(FromRouter.class::isInstance));
    }

    boolean isAnswered(int hopLimit) {
        return answers.containsKey(hopLimit);
    }

    /** In the order of the packets they answer. */
    List<Answer> answersOf(int hopLimit) {
        return answers.getOrDefault(hopLimit, Map.of()).entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue).toList();
    }

    int sentTo(int hopLimit) {
        return sent.getOrDefault(hopLimit, 0);
    }

    int packets() {
        return sent.values().stream().mapToInt(Integer::intValue).sum() - notSent;
    }

    Optional<RefusalReason> refusal() {
        return refusedHere;
    }

    int notSent() {
        return notSent;
    }

    /** Answers of which nobody could tell which packet they are about. */
    int unnamed() {
        return unnamed;
    }
}
