package io.sentinelmesh.probe.stamp;

import java.util.Optional;

/** Reads an answer: the fields by their place, the extensions by walking over them. Reused; one thread. */
final class AnswerReader {

    private final StampMode mode;
    private final Optional<PacketAuthenticator> authenticator;
    private byte[] packet = new byte[0];
    private int classOfServiceAt;
    private int followUpAt;

    AnswerReader(Optional<PacketAuthenticator> authenticator) {
        this.authenticator = authenticator;
        mode = authenticator.isPresent() ? StampMode.AUTHENTICATED : StampMode.UNAUTHENTICATED;
    }

    StampMode mode() {
        return mode;
    }

    boolean isLongEnough(int length) {
        return length >= mode.leastReply();
    }

    /** Whether its HMAC is right; true in the mode without. Only of one that is long enough. */
    boolean isAuthentic(byte[] received) {
        return authenticator.isEmpty() || authenticator.get().isBaseAuthentic(received);
    }

    /** Only of one that is long enough and authentic. */
    void read(byte[] received, int length) {
        packet = received;
        classOfServiceAt = 0;
        followUpAt = 0;
        int hmacAt = 0;
        for (int at = mode.length(); Tlv.isThere(at, length); at = Tlv.next(packet, at)) {
            int flags = Tlv.flags(packet, at);
            if ((flags & Tlv.INTEGRITY_FAILED) != 0) {
                forgetExtensions();
                return;
            }
            if ((flags & Tlv.MALFORMED) != 0 || !Tlv.isWellFormed(packet, at, length)) {
                break;
            }
            if ((flags & Tlv.UNRECOGNIZED) != 0) {
                continue;
            }
            switch (Tlv.type(packet, at)) {
                case Tlv.CLASS_OF_SERVICE -> classOfServiceAt = at + Tlv.HEADER;
                case Tlv.FOLLOW_UP -> followUpAt = at + Tlv.HEADER;
                case Tlv.HMAC -> hmacAt = at;
                default -> {
                }
            }
        }
        if (authenticator.isPresent()
                && (hmacAt == 0 || !authenticator.get().areExtensionsAuthentic(packet, hmacAt))) {
            forgetExtensions();
        }
    }

    private void forgetExtensions() {
        classOfServiceAt = 0;
        followUpAt = 0;
    }

    /** The reflector's own number. */
    int number() {
        return PacketBytes.getInt(packet, StampMode.SEQUENCE);
    }

    int sessionId() {
        return PacketBytes.unsignedShort(packet, mode.sessionId());
    }

    int senderSequence() {
        return PacketBytes.getInt(packet, mode.senderSequence());
    }

    /** As we wrote it. */
    long senderTimestampField() {
        return PacketBytes.getLong(packet, mode.senderTimestamp());
    }

    long reflectorReceivedNanos() {
        return time(mode.receiveTimestamp());
    }

    long reflectorSentNanos() {
        return time(mode.timestamp());
    }

    private long time(int at) {
        return StampTime.epochNanos(PacketBytes.getLong(packet, at),
                PacketBytes.unsignedShort(packet, mode.errorEstimate()));
    }

    /** With which our packet reached the reflector; {@link StampAnswer#UNKNOWN} if it says 0. */
    int hopLimit() {
        int hopLimit = PacketBytes.unsignedByte(packet, mode.senderHopLimit());
        return hopLimit == 0 ? StampAnswer.UNKNOWN : hopLimit;
    }

    int dscpAtReflector() {
        return classOfServiceAt == 0
                ? StampAnswer.UNKNOWN
                : Tlv.dscp2(PacketBytes.unsignedShort(packet, classOfServiceAt));
    }

    int ecnAtReflector() {
        return classOfServiceAt == 0
                ? StampAnswer.UNKNOWN
                : Tlv.ecn(PacketBytes.unsignedShort(packet, classOfServiceAt));
    }

    /** Whether the reflector says when an earlier answer left. */
    boolean hasFollowUp() {
        return followUpAt != 0 && PacketBytes.getLong(packet, followUpAt + Tlv.FOLLOW_UP_TIMESTAMP) != 0;
    }

    /** The reflector's number of that answer. */
    int followUpNumber() {
        return PacketBytes.getInt(packet, followUpAt);
    }

    long followUpNanos() {
        return time(followUpAt + Tlv.FOLLOW_UP_TIMESTAMP);
    }
}
