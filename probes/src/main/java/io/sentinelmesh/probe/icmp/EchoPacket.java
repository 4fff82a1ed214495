package io.sentinelmesh.probe.icmp;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.MessageBatch;

/** Where things stand in an echo request or reply, counted from its ICMP header (RFC 792, RFC 4443 section 4). */
final class EchoPacket {

    static final int HEADER_LENGTH = 8;

    static final int TYPE = 0;
    static final int CHECKSUM = 2;
    static final int IDENTIFIER = 4;
    static final int SEQUENCE_16 = 6;
    static final int NONCE = 8;
    static final int SEQUENCE = 16;
    static final int PADDING = 24;

    /** As much as must be there to know our packet. */
    static final int LEAST_LENGTH = SEQUENCE + Long.BYTES;

    private EchoPacket() {
    }

    static int requestType(AddressFamily family) {
        return switch (family) {
            case IPV4 -> 8;
            case IPV6 -> 128;
        };
    }

    static int replyType(AddressFamily family) {
        return switch (family) {
            case IPV4 -> 0;
            case IPV6 -> 129;
        };
    }

    /** Fills in what is the same in every request. */
    static void prepare(MessageBatch batch, AddressFamily family, int identifier, long nonce, int length) {
        for (int message = 0; message < batch.capacity(); message++) {
            batch.putByte(message, TYPE, requestType(family));
            batch.putShort(message, IDENTIFIER, identifier);
            batch.putLong(message, NONCE, nonce);
            for (int at = PADDING; at < length; at++) {
                batch.putByte(message, at, at);
            }
        }
    }

    /** The ones' complement sum of everything {@link #prepare} wrote, folded to 16 bits (RFC 1071). */
    static int constantSum(MessageBatch prepared, int length) {
        int sum = 0;
        for (int at = 0; at + 1 < length; at += 2) {
            sum = fold(sum + prepared.unsignedShort(0, at));
        }
        // A last odd byte counts as if a zero followed.
        return length % 2 == 0 ? sum : fold(sum + (prepared.unsignedByte(0, length - 1) << 8));
    }

    /** @param constantSum of the prepared packet, whose sequence numbers and checksum were 0 then */
    static int checksum(int constantSum, long sequence) {
        // The low 16 bits stand in the packet twice: in the header and at the end of the 64-bit number.
        int low = (int) sequence & 0xffff;
        int sum = constantSum + 2 * low + (int) (sequence >>> 16 & 0xffff) + (int) (sequence >>> 32 & 0xffff)
                + (int) (sequence >>> 48);
        return ~fold(fold(sum)) & 0xffff;
    }

    private static int fold(int sum) {
        return (sum & 0xffff) + (sum >>> 16);
    }
}
