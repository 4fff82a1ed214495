package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.refusal.IcmpRefusals;

/**
 * Requests and what comes back, over one kernel socket of one family: what the rungs have in common. Knows the bytes; judges nothing. Engine
 * thread.
 */
abstract class FamilySocket implements AutoCloseable {

    /** More than one batch of requests, so that the answers to it are read in one call and the call tells that no more are there. */
    static final int RECEIVE_CAPACITY = 2 * EchoBatch.CAPACITY;
    /** An IPv4 header with options, an ICMP error's header, the same again quoted, and as much of our request as names it. */
    static final int ERROR_ROOM = 60 + 8 + 60 + EchoPacket.LEAST_LENGTH;
    /** A timestamp (64 bytes), an error with its offender (at most 64) and a hop limit, each with its header. */
    static final int CONTROL_ROOM = 216;
    /** An ICMP error that waits on the socket makes the next send fail in its stead; more may come in meanwhile. */
    static final int MOST_SEND_ATTEMPTS = 3;
    /** Full batches read from the error queue in one go. */
    private static final int MOST_ERROR_ROUNDS = 16;
    /** Of replies with a large payload fewer are read at a time, so that their room stays small. */
    private static final int MOST_REPLY_ROOM = 1 << 20;
    private static final int LEAST_CAPACITY = 8;

    final NativeSocket socket;
    final AddressFamily family;
    final MessageBatch requests;
    final MessageBatch errors = new MessageBatch(RECEIVE_CAPACITY, ERROR_ROOM, CONTROL_ROOM);
    final ControlMessages errorControls = new ControlMessages(errors);
    private final int[] requestOfSlot = new int[EchoBatch.CAPACITY];
    private final long nonce;
    /** Where the nonce stands in a packet that comes back with its transmit stamp: behind the headers of link, IP and ICMP or UDP. */
    private int stampedNonceAt;
    private boolean used;
    private byte[] lastOffender = new byte[0];
    private InetAddress lastOffenderAddress = InetAddress.getLoopbackAddress();

    /** @param length of a request */
    FamilySocket(NativeSocket socket, int length, long nonce) {
        this.socket = socket;
        this.nonce = nonce;
        family = socket.family();
        requests = new MessageBatch(EchoBatch.CAPACITY, length, 0);
        requests.addressLength(family);
    }

    /** @param room for one reply with all that stands before it, bytes */
    static MessageBatch replies(int room) {
        return new MessageBatch(Math.clamp(MOST_REPLY_ROOM / room, LEAST_CAPACITY, RECEIVE_CAPACITY), room,
                CONTROL_ROOM);
    }

    NativeSocket socket() {
        return socket;
    }

    /** Where requests may be sent from now on, of all families. */
    void destinations(List<InetAddress> destinations) {
        // A rung that must know them says so.
    }

    /** Makes the next request in its slot. */
    abstract void write(int slot, long sequence, SocketAddresses addresses, int destination);

    /** A message of the error queue that is an ICMP error. */
    abstract void icmpError(int message, int length, EchoEvents events);

    /** Reads at most one batch of replies, tells what stands in the error queue, then the replies. False if there may be more. */
    abstract boolean receiveAll(EchoEvents events);

    /** Sends the requests of this family. */
    void send(EchoBatch batch, SocketAddresses addresses, AddressFamily[] families) {
        int count = 0;
        for (int request = 0; request < batch.size(); request++) {
            int destination = batch.destination(request);
            if (families[destination] == family) {
                write(count, batch.sequence(request), addresses, destination);
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

    boolean receive(EchoEvents events) {
        return !used || receiveAll(events);
    }

    /** One batch of replies at most. */
    int receiveReplies(MessageBatch replies) {
        return socket.receiveIfAny(replies);
    }

    /** False if there may be more, or if an ICMP error may have hidden the replies behind it. */
    boolean receiveErrors(EchoEvents events, boolean repliesCame) {
        boolean refusals = false;
        for (int round = 0; round < MOST_ERROR_ROUNDS; round++) {
            int count = socket.receiveErrors(errors);
            for (int i = 0; i < count; i++) {
                refusals |= error(i, events);
            }
            if (count < RECEIVE_CAPACITY) {
                return repliesCame || !refusals;
            }
        }
        return false;
    }

    /** True if it was an ICMP error. */
    private boolean error(int message, EchoEvents events) {
        errorControls.read(message);
        int length = errors.length(message);
        if (errorControls.isIcmpError()) {
            icmpError(message, length, events);
            return true;
        }
        if (errorControls.timestampNanos() != 0 && findNonce(message, length)) {
            events.transmitted(nonce, errors.getLong(message, stampedNonceAt + Long.BYTES),
                    errorControls.timestampNanos());
        }
        return false;
    }

    /** The same place for all packets that leave by the same kind of link, so it is looked for once. */
    private boolean findNonce(int message, int length) {
        int last = length - 2 * Long.BYTES;
        if (stampedNonceAt <= last && errors.getLong(message, stampedNonceAt) == nonce) {
            return true;
        }
        for (int at = 0; at <= last; at++) {
            if (errors.getLong(message, at) == nonce) {
                stampedNonceAt = at;
                return true;
            }
        }
        return false;
    }

    RefusalReason reason(int type, int code) {
        return switch (family) {
            case IPV4 -> IcmpRefusals.reason(type, code);
            case IPV6 -> IcmpRefusals.ipv6Reason(type, code);
        };
    }

    /** Refusals come in runs from one router: its address is made into an object once. */
    InetAddress offender(byte[] address) {
        if (!Arrays.equals(address, lastOffender)) {
            lastOffenderAddress = AddressFamily.address(address);
            lastOffender = address;
        }
        return lastOffenderAddress;
    }

    @Override
    public void close() {
        socket.close();
    }
}
