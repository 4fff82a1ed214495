package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.EchoFilter;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.refusal.IcmpRefusals;

/** Echo requests and what comes back, over one kernel socket of one family. Knows the bytes; judges nothing. Engine thread. */
final class FamilySocket implements AutoCloseable {

    /** More than one batch of requests, so that the answers to it are read in one call and the call tells that no more are there. */
    private static final int RECEIVE_CAPACITY = 2 * EchoBatch.CAPACITY;
    /** An IPv4 header with options, an ICMP error's header, the same again quoted, and as much of our request as names it. */
    private static final int RECEIVE_ROOM = 60 + 8 + 60 + EchoPacket.LEAST_LENGTH;
    /** A timestamp (64 bytes) and an error with its offender (at most 64), each with its header. */
    private static final int CONTROL_ROOM = 192;
    /** An ICMP error that waits on the socket makes the next send fail in its stead; more may come in meanwhile. */
    static final int MOST_SEND_ATTEMPTS = 3;
    /** Full batches read from the error queue in one go. */
    private static final int MOST_ERROR_ROUNDS = 16;

    private static final int IPV6_HEADER = 40;
    private static final int ICMP_ERROR_HEADER = 8;

    private final NativeSocket socket;
    private final AddressFamily family;
    private final boolean raw;
    private final MessageBatch requests = new MessageBatch(EchoBatch.CAPACITY, EchoPacket.LENGTH, 0);
    private final MessageBatch replies = new MessageBatch(RECEIVE_CAPACITY, RECEIVE_ROOM, CONTROL_ROOM);
    private final MessageBatch errors = new MessageBatch(RECEIVE_CAPACITY, RECEIVE_ROOM, CONTROL_ROOM);
    private final ControlMessages replyControls = new ControlMessages(replies);
    private final ControlMessages errorControls = new ControlMessages(errors);
    private final int[] requestOfSlot = new int[EchoBatch.CAPACITY];
    private final int constantSum;
    private boolean used;
    private byte[] lastOffender = new byte[0];
    private InetAddress lastOffenderAddress = InetAddress.getLoopbackAddress();

    FamilySocket(NativeSocket socket, SocketKind kind, int identifier, long nonce) {
        this.socket = socket;
        family = socket.family();
        raw = kind == SocketKind.ICMP_RAW;
        if (raw) {
            socket.attach(new EchoFilter(identifier));
            if (family == AddressFamily.IPV6) {
                replies.keepSenders();
            }
        }
        EchoPacket.prepare(requests, family, identifier, nonce);
        requests.addressLength(family);
        constantSum = EchoPacket.constantSum(requests);
    }

    NativeSocket socket() {
        return socket;
    }

    /** Sends the requests of this family. */
    void send(EchoBatch batch, SocketAddresses addresses, AddressFamily[] families) {
        int count = 0;
        for (int request = 0; request < batch.size(); request++) {
            int destination = batch.destination(request);
            if (families[destination] == family) {
                write(count, batch.sequence(request));
                requests.to(count, addresses, destination);
                requestOfSlot[count++] = request;
            }
        }
        int done = 0;
        int attempts = 0;
        while (done < count) {
            used = true;
            int sent = socket.send(requests, done, count - done);
            if (sent > 0) {
                done += sent;
                attempts = 0;
            } else if (++attempts == MOST_SEND_ATTEMPTS) {
                batch.notSent(requestOfSlot[done++], sent == 0 ? Errno.EAGAIN : -sent);
                attempts = 0;
            }
        }
    }

    private void write(int slot, long sequence) {
        requests.putShort(slot, EchoPacket.SEQUENCE_16, (int) sequence);
        requests.putLong(slot, EchoPacket.SEQUENCE, sequence);
        if (raw && family == AddressFamily.IPV4) {
            // Elsewhere the kernel makes it.
            requests.putShort(slot, EchoPacket.CHECKSUM, EchoPacket.checksum(constantSum, sequence));
        }
    }

    boolean receive(EchoEvents events) {
        if (!used) {
            return true;
        }
        // In this order: a reply that was read here has its request's stamp in the error queue already.
        int count = Math.max(0, socket.receive(replies));
        boolean allErrors = receiveErrors(events);
        for (int i = 0; i < count; i++) {
            reply(i, events);
        }
        return count < RECEIVE_CAPACITY && allErrors;
    }

    private boolean receiveErrors(EchoEvents events) {
        for (int round = 0; round < MOST_ERROR_ROUNDS; round++) {
            int count = socket.receiveErrors(errors);
            for (int i = 0; i < count; i++) {
                error(i, events);
            }
            if (count < RECEIVE_CAPACITY) {
                return true;
            }
        }
        return false;
    }

    private void error(int message, EchoEvents events) {
        errorControls.read(message);
        int length = errors.length(message);
        if (errorControls.isIcmpError()) {
            RefusalReason reason = reason(errorControls.icmpType(), errorControls.icmpCode());
            InetAddress offender = offender(errorControls.offender());
            tellRefusal(errors, message, 0, length, reason, offender, events);
        } else if (errorControls.timestampNanos() != 0 && length >= EchoPacket.LENGTH) {
            // The packet as it left, with all its headers before it.
            int start = length - EchoPacket.LENGTH;
            events.transmitted(errors.getLong(message, start + EchoPacket.NONCE),
                    errors.getLong(message, start + EchoPacket.SEQUENCE), errorControls.timestampNanos());
        }
    }

    private void reply(int message, EchoEvents events) {
        int length = replies.length(message);
        int start = 0;
        if (raw && family == AddressFamily.IPV4) {
            start = (replies.unsignedByte(message, 0) & 0x0f) * 4;
        }
        if (length < start + ICMP_ERROR_HEADER) {
            return;
        }
        int type = replies.unsignedByte(message, start + EchoPacket.TYPE);
        if (type == EchoPacket.replyType(family) && length >= start + EchoPacket.LEAST_LENGTH) {
            replyControls.read(message);
            events.replied(replies.getLong(message, start + EchoPacket.NONCE),
                    replies.getLong(message, start + EchoPacket.SEQUENCE), replyControls.timestampNanos());
        } else if (raw) {
            rawError(message, start, length, type, events);
        }
    }

    /** On a raw socket ICMP errors arrive as packets, with the IP header and the beginning of our request quoted. */
    private void rawError(int message, int start, int length, int type, EchoEvents events) {
        int quotedIp = start + ICMP_ERROR_HEADER;
        int code = replies.unsignedByte(message, start + 1);
        switch (family) {
            case IPV4 -> {
                int protocolAt = quotedIp + 9;
                if (IcmpRefusals.isError(type) && length > protocolAt
                        && replies.unsignedByte(message, protocolAt) == 1) {
                    int quoted = quotedIp + (replies.unsignedByte(message, quotedIp) & 0x0f) * 4;
                    InetAddress offender = offender(replies.bytes(message, 12, 4));
                    tellRefusal(replies, message, quoted, length, reason(type, code), offender, events);
                }
            }
            case IPV6 -> {
                if (IcmpRefusals.isIpv6Error(type)) {
                    InetAddress offender = offender(replies.sender(message));
                    tellRefusal(replies, message, quotedIp + IPV6_HEADER, length, reason(type, code), offender,
                            events);
                }
            }
        }
    }

    private RefusalReason reason(int type, int code) {
        return switch (family) {
            case IPV4 -> IcmpRefusals.reason(type, code);
            case IPV6 -> IcmpRefusals.ipv6Reason(type, code);
        };
    }

    private void tellRefusal(MessageBatch batch, int message, int quoted, int length, RefusalReason reason,
            InetAddress offender, EchoEvents events) {
        if (length < quoted + ICMP_ERROR_HEADER
                || batch.unsignedByte(message, quoted) != EchoPacket.requestType(family)) {
            return;
        }
        if (length >= quoted + EchoPacket.LEAST_LENGTH) {
            events.refused(batch.getLong(message, quoted + EchoPacket.NONCE),
                    batch.getLong(message, quoted + EchoPacket.SEQUENCE), reason, offender);
        } else {
            events.refusedBriefly(batch.unsignedShort(message, quoted + EchoPacket.SEQUENCE_16), reason, offender);
        }
    }

    /** Refusals come in runs from one router: its address is made into an object once. */
    private InetAddress offender(byte[] address) {
        if (!Arrays.equals(address, lastOffender)) {
            try {
                lastOffenderAddress = InetAddress.getByAddress(address);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address has 4 or 16 bytes, not " + address.length, e);
            }
            lastOffender = address;
        }
        return lastOffenderAddress;
    }

    @Override
    public void close() {
        socket.close();
    }
}
