package io.sentinelmesh.probe.stamp;

/** Where things stand in a test packet, counted from its first byte (RFC 8762 sections 4.2.1, 4.2.2, 4.3.1, 4.3.2; RFC 8972 section 3). */
enum StampMode {

    UNAUTHENTICATED(44, 41, 4, 16, 24, 40),
    /** Each group of fields begins at a multiple of 16 bytes; the last 16 are the HMAC of the 96 before. */
    AUTHENTICATED(112, 112, 16, 32, 48, 80);

    static final int SEQUENCE = 0;
    /** Authenticated mode only. */
    static final int HMAC = 96;

    private final int length;
    private final int leastReply;
    private final int timestamp;
    private final int receiveTimestamp;
    private final int senderSequence;
    private final int senderHopLimit;

    StampMode(int length, int leastReply, int timestamp, int receiveTimestamp, int senderSequence,
            int senderHopLimit) {
        this.length = length;
        this.leastReply = leastReply;
        this.timestamp = timestamp;
        this.receiveTimestamp = receiveTimestamp;
        this.senderSequence = senderSequence;
        this.senderHopLimit = senderHopLimit;
    }

    /** Bytes of a packet without extensions, the same in both directions. */
    int length() {
        return length;
    }

    /**
     * The shortest packet that has room for everything an answer says. TWAMP Light (RFC 5357 appendix I) pads its requests to the 41 bytes of
     * its answer, STAMP to a few more.
     */
    int leastReply() {
        return leastReply;
    }

    int timestamp() {
        return timestamp;
    }

    int errorEstimate() {
        return timestamp + Long.BYTES;
    }

    /** STAMP session identifier (RFC 8972 section 3): two bytes, 0 if there is none. */
    int sessionId() {
        return errorEstimate() + Short.BYTES;
    }

    int receiveTimestamp() {
        return receiveTimestamp;
    }

    int senderSequence() {
        return senderSequence;
    }

    /** The sender's timestamp as it came. */
    int senderTimestamp() {
        return this == UNAUTHENTICATED ? senderSequence + Integer.BYTES : senderSequence + 16;
    }

    int senderErrorEstimate() {
        return senderTimestamp() + Long.BYTES;
    }

    /** One byte: the hop limit with which the request reached the reflector. */
    int senderHopLimit() {
        return senderHopLimit;
    }
}
