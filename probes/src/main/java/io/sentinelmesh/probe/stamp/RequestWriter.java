package io.sentinelmesh.probe.stamp;

import java.util.Optional;

/** Makes the sender's packets, in one array that is used again and again. One thread. */
final class RequestWriter {

    private final StampMode mode;
    private final Optional<PacketAuthenticator> authenticator;
    private final byte[] packet;
    private final int hmacAt;

    RequestWriter(StampSettings settings, Optional<PacketAuthenticator> authenticator) {
        this.authenticator = authenticator;
        mode = authenticator.isPresent() ? StampMode.AUTHENTICATED : StampMode.UNAUTHENTICATED;
        packet = new byte[settings.size()];
        PacketBytes.putShort(packet, mode.errorEstimate(), StampTime.OUR_ERROR_ESTIMATE);
        int at = mode.length();
        Tlv.header(packet, at, Tlv.UNRECOGNIZED, Tlv.CLASS_OF_SERVICE, Tlv.CLASS_OF_SERVICE_LENGTH);
        PacketBytes.putShort(packet, at + Tlv.HEADER, Tlv.classOfService(settings.dscp(), 0, 0));
        at = Tlv.next(packet, at);
        Tlv.header(packet, at, Tlv.UNRECOGNIZED, Tlv.FOLLOW_UP, Tlv.FOLLOW_UP_LENGTH);
        at = Tlv.next(packet, at);
        hmacAt = at;
        if (authenticator.isPresent()) {
            // After all others but padding (RFC 8972 section 4.8).
            Tlv.header(packet, at, Tlv.UNRECOGNIZED, Tlv.HMAC, Tlv.HMAC_LENGTH);
            at = Tlv.next(packet, at);
        }
        int rest = packet.length - at;
        // Fewer bytes than a header's are no extension and stay zero.
        if (rest >= Tlv.HEADER) {
            Tlv.header(packet, at, Tlv.UNRECOGNIZED, Tlv.EXTRA_PADDING, rest - Tlv.HEADER);
        }
    }

    byte[] write(int sessionId, int sequence, long timestampField) {
        PacketBytes.putInt(packet, StampMode.SEQUENCE, sequence);
        PacketBytes.putLong(packet, mode.timestamp(), timestampField);
        PacketBytes.putShort(packet, mode.sessionId(), sessionId);
        if (authenticator.isPresent()) {
            authenticator.get().signExtensions(packet, hmacAt);
            authenticator.get().signBase(packet);
        }
        return packet;
    }
}
