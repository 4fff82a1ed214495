package io.sentinelmesh.probe.stamp;

/** Extensions of a test packet (RFC 8972 section 4): flags (1 byte), type (1), length of the value (2), value. */
final class Tlv {

    static final int HEADER = 4;

    static final int EXTRA_PADDING = 1;
    static final int CLASS_OF_SERVICE = 4;
    static final int FOLLOW_UP = 7;
    static final int HMAC = 8;

    /** The reflector did not understand it; a sender sets it, so that a reflector that ignores extensions is noticed. */
    static final int UNRECOGNIZED = 0x80;
    static final int MALFORMED = 0x40;
    static final int INTEGRITY_FAILED = 0x20;

    static final int CLASS_OF_SERVICE_LENGTH = 4;
    static final int FOLLOW_UP_LENGTH = 16;
    static final int HMAC_LENGTH = 16;

    /** Within the value of a follow-up: sequence number, timestamp, how it was taken. */
    static final int FOLLOW_UP_TIMESTAMP = 4;
    static final int FOLLOW_UP_METHOD = 12;
    /** RFC 8972 section 5.5: the timestamp was taken by software of this host. */
    static final int METHOD_SOFTWARE = 2;

    private Tlv() {
    }

    static int flags(byte[] packet, int at) {
        return PacketBytes.unsignedByte(packet, at);
    }

    static int type(byte[] packet, int at) {
        return PacketBytes.unsignedByte(packet, at + 1);
    }

    /** Of the value, as it says of itself. */
    static int valueLength(byte[] packet, int at) {
        return PacketBytes.unsignedShort(packet, at + 2);
    }

    /** Where the next one begins. */
    static int next(byte[] packet, int at) {
        return at + HEADER + valueLength(packet, at);
    }

    /** Fewer bytes than a header's are no extension. */
    static boolean isThere(int at, int length) {
        return length - at >= HEADER;
    }

    /** Whether it ends within the packet and has the length that its type asks for. */
    static boolean isWellFormed(byte[] packet, int at, int length) {
        int valueLength = valueLength(packet, at);
        return next(packet, at) <= length && switch (type(packet, at)) {
            case CLASS_OF_SERVICE -> valueLength == CLASS_OF_SERVICE_LENGTH;
            case FOLLOW_UP -> valueLength == FOLLOW_UP_LENGTH;
            case HMAC -> valueLength == HMAC_LENGTH;
            default -> true;
        };
    }

    static void header(byte[] packet, int at, int flags, int type, int valueLength) {
        packet[at] = (byte) flags;
        packet[at + 1] = (byte) type;
        PacketBytes.putShort(packet, at + 2, valueLength);
    }

    /** DSCP1 is wished for the answer, DSCP2 and ECN came with the request (RFC 8972 section 4.4); reverse path 0: as wished. */
    static int classOfService(int dscp1, int dscp2, int ecn) {
        return dscp1 << 10 | dscp2 << 4 | ecn << 2;
    }

    static int dscp1(int classOfService) {
        return classOfService >>> 10 & 0x3f;
    }

    static int dscp2(int classOfService) {
        return classOfService >>> 4 & 0x3f;
    }

    static int ecn(int classOfService) {
        return classOfService >>> 2 & 0x03;
    }
}
