package io.sentinelmesh.probe.icmp;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketAddresses;

/**
 * UDP to a port that nobody listens on: "port unreachable" from the destination itself is the answer, from anybody else, and every other ICMP
 * error, a refusal (RFC 1122, section 3.2.2.1). Needs no rights. The ports are the first of those that traceroute uses, which firewalls know; a
 * destination is sent to {@value #PORTS} of them in turn, so that an error that quotes the UDP header only still tells which packet it is about.
 * Should somebody listen and send our packet back, that is an answer, too. Engine thread.
 */
final class ClosedPortFamilySocket extends FamilySocket {

    static final int FIRST_PORT = 33_434;
    static final int PORTS = 16;
    private static final long NONE = -1;

    private static final int NONCE = 0;
    private static final int SEQUENCE = 8;
    private static final int LEAST_LENGTH = 16;

    private final int length;
    private final long nonce;
    private final MessageBatch replies;
    private final ControlMessages replyControls;
    private Map<InetAddress, Integer> numbers = Map.of();
    private InetAddress[] addresses = new InetAddress[0];
    /** Of each destination: the newest packet to each port. */
    private long[] newest = new long[0];
    private int[] turns = new int[0];
    private byte[] lastTarget = new byte[0];
    private int lastNumber = -1;

    ClosedPortFamilySocket(NativeSocket socket, long nonce, int payloadBytes) {
        super(socket, payloadBytes, nonce);
        this.nonce = nonce;
        length = payloadBytes;
        replies = replies(Math.max(ERROR_ROOM, length + 1));
        replyControls = new ControlMessages(replies);
        errors.keepSenders();
        socket.tellHopLimits();
        for (int message = 0; message < requests.capacity(); message++) {
            requests.putLong(message, NONCE, nonce);
            for (int at = LEAST_LENGTH; at < length; at++) {
                requests.putByte(message, at, at);
            }
        }
    }

    @Override
    void destinations(List<InetAddress> destinations) {
        addresses = destinations.toArray(InetAddress[]::new);
        numbers = new HashMap<>();
        for (int i = 0; i < addresses.length; i++) {
            numbers.put(addresses[i], i);
        }
        turns = new int[addresses.length];
        newest = new long[addresses.length * PORTS];
        Arrays.fill(newest, NONE);
        lastTarget = new byte[0];
    }

    @Override
    void write(int slot, long sequence, SocketAddresses targets, int destination) {
        int turn = turns[destination]++ & PORTS - 1;
        newest[destination * PORTS + turn] = sequence;
        requests.putLong(slot, SEQUENCE, sequence);
        requests.to(slot, targets, destination, FIRST_PORT + turn);
    }

    @Override
    boolean receiveAll(EchoEvents events) {
        // The answers are errors here, so the other order hides nothing: a waiting one is taken away by the first.
        boolean allErrors = receiveErrors(events, true);
        int count = receiveReplies(replies);
        for (int i = 0; i < count; i++) {
            if (replies.length(i) >= LEAST_LENGTH) {
                boolean intact = replies.length(i) == length
                        && replies.matches(i, LEAST_LENGTH, length - LEAST_LENGTH, requests, 0, LEAST_LENGTH);
                replyControls.read(i);
                events.replied(replies.getLong(i, NONCE), replies.getLong(i, SEQUENCE), intact,
                        replyControls.hopLimit(), replyControls.timestampNanos());
            }
        }
        return count < replies.capacity() && allErrors;
    }

    @Override
    void icmpError(int message, int quotedLength, EchoEvents events) {
        int number = target(errors.sender(message));
        long sequence;
        if (quotedLength >= LEAST_LENGTH) {
            if (errors.getLong(message, NONCE) != nonce) {
                return;
            }
            sequence = errors.getLong(message, SEQUENCE);
        } else {
            int turn = errors.senderPort(message) - FIRST_PORT;
            sequence = number < 0 || turn < 0 || turn >= PORTS ? NONE : newest[number * PORTS + turn];
        }
        InetAddress offender = offender(errorControls.offender());
        RefusalReason reason = reason(errorControls.icmpType(), errorControls.icmpCode());
        if (reason == RefusalReason.PORT_UNREACHABLE && number >= 0 && offender.equals(addresses[number])) {
            events.replied(nonce, sequence, true, errorControls.hopLimit(), errorControls.timestampNanos());
        } else {
            events.refused(nonce, sequence, reason, offender);
        }
    }

    /** Errors about one destination come in runs: its number is looked up once. */
    private int target(byte[] address) {
        if (!Arrays.equals(address, lastTarget)) {
            lastTarget = address;
            lastNumber = numbers.getOrDefault(AddressFamily.address(address), -1);
        }
        return lastNumber;
    }
}
