package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.EchoFilter;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.refusal.IcmpRefusals;

/** ICMP echo over a datagram or a raw socket. Engine thread. */
final class EchoFamilySocket extends FamilySocket {

    private static final int IPV4_HOP_LIMIT = 8;
    private static final int IPV4_LONGEST_HEADER = 60;
    private static final int IPV6_HEADER = 40;

    private final boolean raw;
    private final int length;
    private final int constantSum;
    private final MessageBatch replies;
    private final ControlMessages replyControls;

    /** @param payloadBytes after the ICMP header */
    EchoFamilySocket(NativeSocket socket, SocketKind kind, int identifier, long nonce, int payloadBytes) {
        super(socket, EchoPacket.HEADER_LENGTH + payloadBytes, nonce);
        raw = kind == SocketKind.ICMP_RAW;
        length = EchoPacket.HEADER_LENGTH + payloadBytes;
        // One byte more than a reply has, so that one that grew on the way is known for it.
        replies = replies(Math.max(ERROR_ROOM, IPV4_LONGEST_HEADER + length + 1));
        replyControls = new ControlMessages(replies);
        if (raw) {
            socket.attach(new EchoFilter(identifier));
            if (family == AddressFamily.IPV6) {
                replies.keepSenders();
            }
        }
        if (!readsIpHeader()) {
            socket.tellHopLimits();
        }
        EchoPacket.prepare(requests, family, identifier, nonce, length);
        constantSum = EchoPacket.constantSum(requests, length);
    }

    private boolean readsIpHeader() {
        return raw && family == AddressFamily.IPV4;
    }

    @Override
    void write(int slot, long sequence, SocketAddresses addresses, int destination) {
        requests.putShort(slot, EchoPacket.SEQUENCE_16, (int) sequence);
        requests.putLong(slot, EchoPacket.SEQUENCE, sequence);
        if (readsIpHeader()) {
            // Elsewhere the kernel makes it.
            requests.putShort(slot, EchoPacket.CHECKSUM, EchoPacket.checksum(constantSum, sequence));
        }
        requests.to(slot, addresses, destination);
    }

    @Override
    boolean receiveAll(EchoEvents events) {
        // In this order: a reply that was read here has its request's stamp in the error queue already.
        int count = receiveReplies(replies);
        boolean allErrors = receiveErrors(events, count > 0);
        for (int i = 0; i < count; i++) {
            reply(i, events);
        }
        return count < replies.capacity() && allErrors;
    }

    @Override
    void icmpError(int message, int errorLength, EchoEvents events) {
        tellRefusal(errors, message, 0, errorLength, reason(errorControls.icmpType(), errorControls.icmpCode()),
                offender(errorControls.offender()), events);
    }

    private void reply(int message, EchoEvents events) {
        int received = replies.length(message);
        int start = readsIpHeader() ? (replies.unsignedByte(message, 0) & 0x0f) * 4 : 0;
        if (received < start + EchoPacket.HEADER_LENGTH) {
            return;
        }
        int type = replies.unsignedByte(message, start + EchoPacket.TYPE);
        if (type == EchoPacket.replyType(family) && received >= start + EchoPacket.LEAST_LENGTH) {
            replyControls.read(message);
            int hopLimit = readsIpHeader() ? replies.unsignedByte(message, IPV4_HOP_LIMIT) : replyControls.hopLimit();
            long sequence = replies.getLong(message, start + EchoPacket.SEQUENCE);
            events.replied(replies.getLong(message, start + EchoPacket.NONCE), sequence,
                    isIntact(message, start, received, sequence), hopLimit, replyControls.timestampNanos());
        } else if (raw) {
            rawError(message, start, received, type, events);
        }
    }

    private boolean isIntact(int message, int start, int received, long sequence) {
        return received - start == length
                && replies.unsignedShort(message, start + EchoPacket.SEQUENCE_16) == (sequence & 0xffff)
                && replies.matches(message, start + EchoPacket.PADDING, length - EchoPacket.PADDING, requests, 0,
                        EchoPacket.PADDING);
    }

    /** On a raw socket ICMP errors arrive as packets, with the IP header and the beginning of our request quoted. */
    private void rawError(int message, int start, int received, int type, EchoEvents events) {
        int quotedIp = start + EchoPacket.HEADER_LENGTH;
        int code = replies.unsignedByte(message, start + 1);
        switch (family) {
            case IPV4 -> {
                int protocolAt = quotedIp + 9;
                if (IcmpRefusals.isError(type) && received > protocolAt
                        && replies.unsignedByte(message, protocolAt) == 1) {
                    int quoted = quotedIp + (replies.unsignedByte(message, quotedIp) & 0x0f) * 4;
                    InetAddress offender = offender(replies.bytes(message, 12, 4));
                    tellRefusal(replies, message, quoted, received, reason(type, code), offender, events);
                }
            }
            case IPV6 -> {
                if (IcmpRefusals.isIpv6Error(type)) {
                    InetAddress offender = offender(replies.sender(message));
                    tellRefusal(replies, message, quotedIp + IPV6_HEADER, received, reason(type, code), offender,
                            events);
                }
            }
        }
    }

    private void tellRefusal(MessageBatch batch, int message, int quoted, int received, RefusalReason reason,
            InetAddress offender, EchoEvents events) {
        if (received < quoted + EchoPacket.HEADER_LENGTH
                || batch.unsignedByte(message, quoted) != EchoPacket.requestType(family)) {
            return;
        }
        if (received >= quoted + EchoPacket.LEAST_LENGTH) {
            events.refused(batch.getLong(message, quoted + EchoPacket.NONCE),
                    batch.getLong(message, quoted + EchoPacket.SEQUENCE), reason, offender);
        } else {
            events.refusedBriefly(batch.unsignedShort(message, quoted + EchoPacket.SEQUENCE_16), reason, offender);
        }
    }
}
