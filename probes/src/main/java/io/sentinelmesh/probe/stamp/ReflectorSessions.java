package io.sentinelmesh.probe.stamp;

/**
 * The reflector's memory (RFC 8762 section 4.2, stateful mode): per session how many answers were sent, and when the last left. A session is the
 * peer's address and port, the address it sent to, and the session identifier (RFC 8972 section 3). One thread.
 */
final class ReflectorSessions {

    /** 1,000 peers with 16 flows each; 0.8 MB. */
    static final int MOST = 1 << 14;
    /** As TWAMP's REFWAIT (RFC 5357 section 4.2): a session that was silent so long begins anew. */
    static final long IDLE_NANOS = 900_000_000_000L;

    private final KeyedSlots slots;
    private final int[] nextSequence = new int[MOST];
    private final long[] lastDeparture = new long[MOST];
    private final long secret;

    ReflectorSessions(long secret) {
        this.secret = secret;
        slots = new KeyedSlots(MOST, IDLE_NANOS, secret);
    }

    int claim(long peerHigh, long peerLow, int peerPort, long ownHigh, long ownLow, int sessionId, long now) {
        int session = slots.claim(peerHigh ^ KeyedSlots.mix(ownHigh ^ secret),
                peerLow ^ KeyedSlots.mix(ownLow ^ secret),
                peerPort << 16 | sessionId, now);
        if (slots.isFresh()) {
            nextSequence[session] = 0;
            lastDeparture[session] = Reflection.NO_TIMESTAMP;
        }
        return session;
    }

    /** -1 if there is none. */
    int find(long peerHigh, long peerLow, int peerPort, long ownHigh, long ownLow, int sessionId) {
        return slots.find(peerHigh ^ KeyedSlots.mix(ownHigh ^ secret), peerLow ^ KeyedSlots.mix(ownLow ^ secret),
                peerPort << 16 | sessionId);
    }

    int nextSequence(int session) {
        return nextSequence[session];
    }

    /** When the answer before the next one left; {@link Reflection#NO_TIMESTAMP} if unknown. */
    long lastDeparture(int session) {
        return lastDeparture[session];
    }

    /** An answer is about to leave. */
    void answered(int session) {
        nextSequence[session]++;
        lastDeparture[session] = Reflection.NO_TIMESTAMP;
    }

    /** When the answer with this number left; nothing if another followed already. */
    void departed(int session, int sequence, long epochNanos) {
        if (nextSequence[session] == sequence + 1) {
            lastDeparture[session] = epochNanos;
        }
    }

    long evictions() {
        return slots.evictions();
    }
}
