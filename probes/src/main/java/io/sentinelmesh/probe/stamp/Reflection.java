package io.sentinelmesh.probe.stamp;

import java.util.Arrays;
import java.util.Optional;

/**
 * Makes the answer of a request, in the request's own bytes: as long as it, fields that are the sender's copied to their places (RFC 8762
 * section 4.3), extensions answered (RFC 8972 section 4). Order: {@link #refusal}, {@link #answer}, {@link #depart}. One thread.
 */
final class Reflection {

    /** Nothing to follow up with. */
    static final long NO_TIMESTAMP = 0;

    /** An answer that comes in as a request carries a time of just now where a request has zeros or padding. */
    private static final long JUST_NOW_NANOS = 3_600_000_000_000L;

    private final StampMode mode;
    private final Optional<PacketAuthenticator> authenticator;
    private int hmacAt;
    private int trafficClass;
    private boolean wantsFollowUp;

    /** @param authenticator of the authenticated mode; empty for the other */
    Reflection(Optional<PacketAuthenticator> authenticator) {
        this.authenticator = authenticator;
        mode = authenticator.isPresent() ? StampMode.AUTHENTICATED : StampMode.UNAUTHENTICATED;
    }

    StampMode mode() {
        return mode;
    }

    /** Empty if the packet may be answered. */
    Optional<NotReflected> refusal(byte[] packet, int length, long nowEpochNanos) {
        if (length < mode.leastReply()) {
            return TOO_SHORT;
        }
        if (authenticator.isPresent() && !authenticator.get().isBaseAuthentic(packet)) {
            return NOT_AUTHENTIC;
        }
        return looksReflected(packet, nowEpochNanos) ? LOOKS_REFLECTED : Optional.empty();
    }

    private static final Optional<NotReflected> TOO_SHORT = Optional.of(NotReflected.TOO_SHORT);
    private static final Optional<NotReflected> NOT_AUTHENTIC = Optional.of(NotReflected.NOT_AUTHENTIC);
    private static final Optional<NotReflected> LOOKS_REFLECTED = Optional.of(NotReflected.LOOKS_REFLECTED);

    /**
     * Requests have zeros there, or TWAMP's padding: one random padding in a million reads as a time within the hour. Either timestamp tells,
     * since one of the two was taken from this host's clock when a packet goes to and fro between two reflectors.
     */
    private boolean looksReflected(byte[] packet, long now) {
        return isJustNow(packet, mode.receiveTimestamp(), mode.errorEstimate(), now)
                || isJustNow(packet, mode.senderTimestamp(), mode.senderErrorEstimate(), now);
    }

    private static boolean isJustNow(byte[] packet, int timestamp, int errorEstimate, long now) {
        long field = PacketBytes.getLong(packet, timestamp);
        long time = StampTime.epochNanos(field, PacketBytes.unsignedShort(packet, errorEstimate));
        // Zero will be a time of just now, too, when NTP's next era begins.
        return field != 0 && Math.abs(time - now) < JUST_NOW_NANOS;
    }

    /**
     * Everything but the time of departure.
     *
     * @param length of the packet and of its answer
     * @param sequence of the answer
     * @param receivedNanos since the epoch
     * @param hopLimit with which the request came, 0 if unknown
     * @param receivedTrafficClass the octet with which the request came
     * @param previousDepartureNanos when the answer numbered {@code sequence - 1} left; {@link #NO_TIMESTAMP} if unknown
     */
    void answer(byte[] packet, int length, int sequence, long receivedNanos, int hopLimit, int receivedTrafficClass,
            long previousDepartureNanos) {
        int senderSequence = PacketBytes.getInt(packet, StampMode.SEQUENCE);
        long senderTimestamp = PacketBytes.getLong(packet, mode.timestamp());
        int senderErrorEstimate = PacketBytes.unsignedShort(packet, mode.errorEstimate());
        int sessionId = PacketBytes.unsignedShort(packet, mode.sessionId());
        Arrays.fill(packet, 0, Math.min(length, mode.length()), (byte) 0);
        PacketBytes.putInt(packet, StampMode.SEQUENCE, sequence);
        PacketBytes.putShort(packet, mode.errorEstimate(), StampTime.OUR_ERROR_ESTIMATE);
        PacketBytes.putShort(packet, mode.sessionId(), sessionId);
        PacketBytes.putLong(packet, mode.receiveTimestamp(), StampTime.ntp(receivedNanos));
        PacketBytes.putInt(packet, mode.senderSequence(), senderSequence);
        PacketBytes.putLong(packet, mode.senderTimestamp(), senderTimestamp);
        PacketBytes.putShort(packet, mode.senderErrorEstimate(), senderErrorEstimate);
        packet[mode.senderHopLimit()] = (byte) hopLimit;
        // Without a wish of the sender's the answer gets what the request came with; never its ECN, which is the network's to set.
        trafficClass = receivedTrafficClass & 0xfc;
        wantsFollowUp = false;
        hmacAt = 0;
        extensions(packet, length, senderSequence, receivedTrafficClass, sequence, previousDepartureNanos);
    }

    private void extensions(byte[] packet, int length, int senderSequence, int receivedTrafficClass, int sequence,
            long previousDepartureNanos) {
        int start = mode.length();
        if (!areAuthentic(packet, start, length, senderSequence)) {
            markAll(packet, start, length);
            return;
        }
        for (int at = start; Tlv.isThere(at, length); at = Tlv.next(packet, at)) {
            if (!Tlv.isWellFormed(packet, at, length)) {
                packet[at] = (byte) Tlv.MALFORMED;
                break;
            }
            packet[at] = (byte) (isUnderstood(Tlv.type(packet, at)) ? 0 : Tlv.UNRECOGNIZED);
            switch (Tlv.type(packet, at)) {
                case Tlv.CLASS_OF_SERVICE -> classOfService(packet, at + Tlv.HEADER, receivedTrafficClass);
                case Tlv.FOLLOW_UP -> followUp(packet, at + Tlv.HEADER, sequence, previousDepartureNanos);
                default -> {
                }
            }
        }
        if (hmacAt > 0) {
            authenticator.ifPresent(keyed -> keyed.signExtensions(packet, hmacAt));
        }
    }

    private boolean isUnderstood(int type) {
        return switch (type) {
            case Tlv.EXTRA_PADDING, Tlv.CLASS_OF_SERVICE, Tlv.FOLLOW_UP -> true;
            case Tlv.HMAC -> authenticator.isPresent();
            default -> false;
        };
    }

    /** In authenticated mode extensions count only under an HMAC, which covers all before it; padding alone needs none (RFC 8972 section 4.8). */
    private boolean areAuthentic(byte[] packet, int start, int length, int senderSequence) {
        if (authenticator.isEmpty()) {
            return true;
        }
        boolean onlyPadding = true;
        for (int at = start; Tlv.isThere(at, length); at = Tlv.next(packet, at)) {
            if (!Tlv.isWellFormed(packet, at, length)) {
                break;
            }
            int type = Tlv.type(packet, at);
            if (hmacAt > 0 && type != Tlv.EXTRA_PADDING) {
                return failed();
            }
            if (type == Tlv.HMAC) {
                hmacAt = at;
            }
            onlyPadding &= type == Tlv.EXTRA_PADDING;
        }
        if (hmacAt == 0) {
            return onlyPadding;
        }
        // It was made over the sender's number, whose place the answer's has taken.
        int sequence = PacketBytes.getInt(packet, StampMode.SEQUENCE);
        PacketBytes.putInt(packet, StampMode.SEQUENCE, senderSequence);
        boolean authentic = authenticator.get().areExtensionsAuthentic(packet, hmacAt);
        PacketBytes.putInt(packet, StampMode.SEQUENCE, sequence);
        return authentic || failed();
    }

    private boolean failed() {
        hmacAt = 0;
        return false;
    }

    private static void markAll(byte[] packet, int start, int length) {
        for (int at = start; Tlv.isThere(at, length); at = Tlv.next(packet, at)) {
            packet[at] = (byte) Tlv.INTEGRITY_FAILED;
            if (!Tlv.isWellFormed(packet, at, length)) {
                return;
            }
        }
    }

    private void classOfService(byte[] packet, int value, int receivedTrafficClass) {
        int wished = Tlv.dscp1(PacketBytes.unsignedShort(packet, value));
        PacketBytes.putShort(packet, value,
                Tlv.classOfService(wished, receivedTrafficClass >>> 2, receivedTrafficClass & 0x03));
        PacketBytes.putShort(packet, value + 2, 0);
        trafficClass = wished << 2;
    }

    private void followUp(byte[] packet, int value, int sequence, long previousDepartureNanos) {
        wantsFollowUp = true;
        boolean known = previousDepartureNanos != NO_TIMESTAMP;
        PacketBytes.putInt(packet, value, known ? sequence - 1 : 0);
        PacketBytes.putLong(packet, value + Tlv.FOLLOW_UP_TIMESTAMP,
                known ? StampTime.ntp(previousDepartureNanos) : 0);
        PacketBytes.putInt(packet, value + Tlv.FOLLOW_UP_METHOD, known ? Tlv.METHOD_SOFTWARE << 24 : 0);
    }

    /** The octet with which the last answer shall leave. */
    int trafficClass() {
        return trafficClass;
    }

    /** Whether the last request asked when answers left. */
    boolean wantsFollowUp() {
        return wantsFollowUp;
    }

    /** As late as possible before it is sent; an HMAC, if any, is made after it, since it covers it. */
    void depart(byte[] packet, long departureNanos) {
        PacketBytes.putLong(packet, mode.timestamp(), StampTime.ntp(departureNanos));
        if (authenticator.isPresent()) {
            authenticator.get().signBase(packet);
        }
    }
}
