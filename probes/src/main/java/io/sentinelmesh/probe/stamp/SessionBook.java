package io.sentinelmesh.probe.stamp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions of a sender, by target and flow and by what a packet says of itself. The flows of one target have one session identifier
 * (RFC 8972 section 3), other than all other targets'; it is the key by which an answer is found. One thread; allocates on a change only.
 */
final class SessionBook {

    /** 0 stands for no identifier. */
    static final int MOST_TARGETS = 0xffff;

    static final FlowSession NONE = new FlowSession(0, 0, 0, 1);

    private final int flows;
    private final long packetsPerThreshold;
    /** One for all: an array of its own for each of 65,536 would be 1 MB. */
    private static final FlowSession[] NO_SESSIONS = {};

    private final FlowSession[][] bySessionId = new FlowSession[MOST_TARGETS + 1][];
    private final Map<StampTarget, FlowSession[]> current = new HashMap<>();
    private final Map<Integer, FlowSession[]> byIndex = new HashMap<>();
    private final Map<FlowSession, Integer> places = new HashMap<>();
    private List<FlowSession[]> leaving = new ArrayList<>();
    private int nextSessionId;

    SessionBook(int flows, long packetsPerThreshold, int firstSessionId) {
        this.flows = flows;
        this.packetsPerThreshold = packetsPerThreshold;
        nextSessionId = Math.floorMod(firstSessionId, MOST_TARGETS);
        Arrays.fill(bySessionId, NO_SESSIONS);
    }

    /** All flows of all targets. Those of targets that went stay known until their packets are settled. */
    List<FlowSession> replace(List<StampTarget> targets) {
        forgetSettled();
        Map<StampTarget, FlowSession[]> before = new HashMap<>(current);
        current.clear();
        byIndex.clear();
        places.clear();
        List<FlowSession> all = new ArrayList<>(targets.size() * flows);
        for (int place = 0; place < targets.size(); place++) {
            StampTarget target = targets.get(place);
            FlowSession[] sessions = before.remove(target);
            if (sessions == null) {
                sessions = open(target.index());
            }
            current.put(target, sessions);
            byIndex.put(target.index(), sessions);
            for (FlowSession session : sessions) {
                places.put(session, place);
                all.add(session);
            }
        }
        leaving.addAll(before.values());
        return all;
    }

    private FlowSession[] open(int target) {
        int sessionId = freeSessionId();
        FlowSession[] sessions = new FlowSession[flows];
        for (int flow = 0; flow < flows; flow++) {
            sessions[flow] = new FlowSession(target, flow, sessionId, packetsPerThreshold);
        }
        bySessionId[sessionId] = sessions;
        return sessions;
    }

    private int freeSessionId() {
        for (int tried = 0; tried < MOST_TARGETS; tried++) {
            int candidate = 1 + nextSessionId;
            nextSessionId = (nextSessionId + 1) % MOST_TARGETS;
            if (bySessionId[candidate].length == 0) {
                return candidate;
            }
        }
        throw new IllegalStateException("more than " + MOST_TARGETS + " targets at once, those that left included");
    }

    private void forgetSettled() {
        List<FlowSession[]> stillUnderWay = new ArrayList<>();
        for (FlowSession[] sessions : leaving) {
            if (allSettled(sessions)) {
                bySessionId[sessions[0].sessionId] = NO_SESSIONS;
            } else {
                stillUnderWay.add(sessions);
            }
        }
        leaving = stillUnderWay;
    }

    private static boolean allSettled(FlowSession[] sessions) {
        for (FlowSession session : sessions) {
            if (!session.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    FlowSession of(int target, int flow) {
        FlowSession[] sessions = byIndex.get(target);
        return sessions == null ? NONE : sessions[flow];
    }

    /** The place of the session's target in the list that {@link #replace} was given. */
    int place(FlowSession session) {
        return places.getOrDefault(session, 0);
    }

    /**
     * The session of a packet or its answer; {@link #NONE} if it is not ours. What it says must be what we sent: number and timestamp, which
     * nobody off the path can guess. Of a packet that is forgotten already only the number is checked.
     */
    FlowSession find(int flow, int sessionId, int sequence, long timestampField) {
        FlowSession[] sessions = bySessionId[sessionId];
        if (sessions.length > flow) {
            FlowSession session = sessions[flow];
            boolean ours = session.knows(sequence)
                    ? session.carried(sequence, timestampField)
                    : session.wasSent(sequence);
            return ours ? session : NONE;
        }
        return sessionId == 0 ? byTimestamp(flow, sequence, timestampField) : NONE;
    }

    /** A reflector that does not know session identifiers answers with 0. */
    private FlowSession byTimestamp(int flow, int sequence, long timestampField) {
        for (FlowSession[] sessions : bySessionId) {
            if (sessions.length > flow && sessions[flow].knows(sequence)
                    && sessions[flow].carried(sequence, timestampField)) {
                return sessions[flow];
            }
        }
        return NONE;
    }
}
