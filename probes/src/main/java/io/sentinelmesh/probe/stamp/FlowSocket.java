package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.util.Arrays;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.refusal.IcmpRefusals;

/** One source port of one family. Knows the bytes; judges nothing. Engine thread. */
final class FlowSocket implements AutoCloseable {

    private static final int RECEIVE_CAPACITY = 16;
    /** A timestamp (64 bytes), an error with its offender (at most 64), hop limit and traffic class, each with its header. */
    private static final int CONTROL_ROOM = 256;
    /** Link, IP and UDP headers before a packet that comes back with its timestamp. */
    private static final int HEADER_ROOM = 128;
    /** An ICMP error that waits on the socket makes the next send or receive fail in its stead; more may come in meanwhile. */
    private static final int MOST_ATTEMPTS = 3;
    private static final int MOST_ERROR_ROUNDS = 16;

    private final NativeSocket socket;
    private final AddressFamily family;
    private final int flow;
    private final int size;
    private final MessageBatch request;
    private final MessageBatch answers;
    private final MessageBatch errors;
    private final ControlMessages answerControls;
    private final ControlMessages errorControls;
    private final byte[] packet;
    private byte[] lastOffender = new byte[0];
    private InetAddress lastOffenderAddress = InetAddress.getLoopbackAddress();

    FlowSocket(NativeSocket socket, int flow, int size) {
        this.socket = socket;
        this.flow = flow;
        this.size = size;
        family = socket.family();
        packet = new byte[size + HEADER_ROOM];
        request = new MessageBatch(1, size, 0);
        request.addressLength(family);
        answers = new MessageBatch(RECEIVE_CAPACITY, size + HEADER_ROOM, CONTROL_ROOM);
        errors = new MessageBatch(RECEIVE_CAPACITY, size + HEADER_ROOM, CONTROL_ROOM);
        answerControls = new ControlMessages(answers);
        errorControls = new ControlMessages(errors);
    }

    NativeSocket socket() {
        return socket;
    }

    /** @return 0, or the errno for which it could not leave */
    int send(byte[] data, int length, SocketAddresses addresses, int destination) {
        request.write(0, data, length);
        request.to(0, addresses, destination);
        int sent = 0;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            sent = socket.send(request, 0, 1);
            if (sent > 0) {
                return 0;
            }
        }
        return sent == 0 ? Errno.EAGAIN : -sent;
    }

    boolean receive(StampEvents events) {
        // In this order: an answer that was read here has its request's stamp in the error queue already.
        int count = receiveAnswers();
        boolean allErrors = receiveErrors(events);
        for (int message = 0; message < count; message++) {
            answerControls.read(message);
            int length = answers.read(message, packet);
            events.received(flow, packet, length, answerControls.timestampNanos(), answerControls.hopLimit(),
                    answerControls.trafficClass());
        }
        return count < RECEIVE_CAPACITY && allErrors;
    }

    private int receiveAnswers() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            int count = socket.receive(answers);
            if (count >= 0 || count == -Errno.EAGAIN) {
                return Math.max(count, 0);
            }
            // An ICMP error that waited: told from the error queue, here it only stands in the way.
        }
        return 0;
    }

    private boolean receiveErrors(StampEvents events) {
        for (int round = 0; round < MOST_ERROR_ROUNDS; round++) {
            int count = socket.receiveErrors(errors);
            for (int message = 0; message < count; message++) {
                error(message, events);
            }
            if (count < RECEIVE_CAPACITY) {
                return true;
            }
        }
        return false;
    }

    private void error(int message, StampEvents events) {
        errorControls.read(message);
        int length = errors.read(message, packet);
        if (errorControls.isIcmpError()) {
            int type = errorControls.icmpType();
            int code = errorControls.icmpCode();
            events.refused(flow, packet, length, switch (family) {
                case IPV4 -> IcmpRefusals.reason(type, code);
                case IPV6 -> IcmpRefusals.ipv6Reason(type, code);
            }, offender(errorControls.offender()));
        } else if (errorControls.timestampNanos() != 0 && length >= size) {
            // The packet as it left, with all its headers before it.
            System.arraycopy(packet, length - size, packet, 0, size);
            events.transmitted(flow, packet, size, errorControls.timestampNanos());
        }
    }

    /** Refusals come in runs from one router: its address is made into an object once. */
    private InetAddress offender(byte[] address) {
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
