package io.sentinelmesh.probe.stamp;

/**
 * One flow to one target: a STAMP session. Its packets of the last loss threshold, answered or not, by their number. Allocates nothing once made.
 * One thread.
 */
final class FlowSession {

    static final byte WAITING = 0;
    /** Waiting too, and the kernel said when it left. */
    static final byte STAMPED = 1;
    static final byte ANSWERED = 2;
    /** Its fate is told and nothing more is to be said of it. */
    static final byte SETTLED = 3;

    /** A minute at a packet each millisecond. */
    static final int MOST_UNDER_WAY = 1 << 16;
    private static final int LEAST_UNDER_WAY = 4;

    final int target;
    final int flow;
    final int sessionId;
    final LossLedger ledger;
    private final int mask;
    private final long[] sentMonotonic;
    private final long[] sentWall;
    private final long[] sentField;
    private final int[] reflectorNumber;
    private final byte[] states;
    private int oldest;
    private int end;

    /** Packets that had their turn, whether they left or not. */
    long attempts;
    /** The highest of our numbers answered, and of the reflector's numbers seen: what comes below was overtaken. */
    int newestAnswered = -1;
    int newestReflectorNumber = -1;
    /** The last answer, waiting for the follow-up that says when exactly it left. */
    int refinable = -1;
    int refinableNumber;
    long refinableRoundTripNanos;
    long refinableReflectorReceivedNanos;
    long refinableReflectorSentNanos;

    /** @param packetsPerThreshold how many are under way at most */
    FlowSession(int target, int flow, int sessionId, long packetsPerThreshold) {
        this.target = target;
        this.flow = flow;
        this.sessionId = sessionId;
        int capacity = LEAST_UNDER_WAY;
        while (capacity < packetsPerThreshold && capacity < MOST_UNDER_WAY) {
            capacity *= 2;
        }
        mask = capacity - 1;
        sentMonotonic = new long[capacity];
        sentWall = new long[capacity];
        sentField = new long[capacity];
        reflectorNumber = new int[capacity];
        states = new byte[capacity];
        ledger = new LossLedger(Math.max(LossLedger.LEAST_WINDOW, 2 * capacity));
    }

    boolean hasWaiting() {
        for (int sequence = oldest; sequence - end < 0; sequence++) {
            if (isWaiting(sequence)) {
                return true;
            }
        }
        return false;
    }

    /** Remembers the answer for the follow-up that may come with the next. */
    void refinable(int sequence, int number, StampAnswer answer) {
        refinable = answer.plausible && answer.stamped ? sequence : -1;
        refinableNumber = number;
        refinableRoundTripNanos = answer.roundTripNanos;
        refinableReflectorReceivedNanos = answer.reflectorReceivedNanos;
        refinableReflectorSentNanos = answer.reflectorSentNanos;
    }

    boolean isFull() {
        return end - oldest > mask;
    }

    boolean isEmpty() {
        return oldest == end;
    }

    /** Takes the next number for a packet that is about to leave. */
    int add(long monotonicNanos, long wallNanos, long timestampField) {
        int slot = end & mask;
        sentMonotonic[slot] = monotonicNanos;
        sentWall[slot] = wallNanos;
        sentField[slot] = timestampField;
        states[slot] = WAITING;
        return end++;
    }

    /** The packet that was added last did not leave: as if it had never been, since the reflector's counter would miss it. */
    void takeBack() {
        end--;
    }

    int oldest() {
        return oldest;
    }

    void forgetOldest() {
        oldest++;
    }

    boolean knows(int sequence) {
        return sequence - oldest >= 0 && sequence - end < 0;
    }

    boolean wasSent(int sequence) {
        return sequence - end < 0;
    }

    /** What the packet carried as its timestamp. */
    boolean carried(int sequence, long timestampField) {
        return sentField[sequence & mask] == timestampField;
    }

    long sentMonotonic(int sequence) {
        return sentMonotonic[sequence & mask];
    }

    long sentWall(int sequence) {
        return sentWall[sequence & mask];
    }

    byte state(int sequence) {
        return states[sequence & mask];
    }

    boolean isWaiting(int sequence) {
        return states[sequence & mask] <= STAMPED;
    }

    void stamp(int sequence, long wallNanos) {
        sentWall[sequence & mask] = wallNanos;
        states[sequence & mask] = STAMPED;
    }

    void state(int sequence, byte state) {
        states[sequence & mask] = state;
    }

    int reflectorNumber(int sequence) {
        return reflectorNumber[sequence & mask];
    }

    void answered(int sequence, int number) {
        states[sequence & mask] = ANSWERED;
        reflectorNumber[sequence & mask] = number;
    }
}
