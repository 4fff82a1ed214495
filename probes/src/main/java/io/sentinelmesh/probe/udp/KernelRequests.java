package io.sentinelmesh.probe.udp;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.CallMemory;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.EventQueue;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.PacketWait;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.refusal.ErrorQueue;

/** The kernel's UDP sockets, one for each request. */
final class KernelRequests implements RequestNetwork {

    private static final int MOST_EVENTS = 64;
    private static final int SLOT_BITS = 16;
    private static final int MOST_PAYLOAD = 65_535;
    /** A timestamp (64 bytes) and an error with its offender (at most 64), each with its header. */
    private static final int CONTROL_ROOM = 192;
    /** The request's own stamp, and an error or two. */
    private static final int MOST_ERRORS = 4;
    /** Of the quoted packet nothing is wanted here. */
    private static final int ERROR_ROOM = 64;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");
    private static final int MOST_REHEARSALS = 50;
    private static final long REHEARSAL_NANOS = 2_000_000;

    private final RequestOptions options;
    private final AddressFamily family;
    private final CallMemory memory = new CallMemory();
    private final EventQueue queue;
    private final MessageBatch request;
    private final MessageBatch answer = new MessageBatch(1, MOST_PAYLOAD, CONTROL_ROOM);
    private final ControlMessages answerControls = new ControlMessages(answer);
    private final MessageBatch errors = new MessageBatch(MOST_ERRORS, ERROR_ROOM, CONTROL_ROOM);
    private final ControlMessages errorControls = new ControlMessages(errors);
    private final ErrorQueue meaning = new ErrorQueue();
    private final SocketAddresses destination;
    private final SocketAddresses source;
    private final @Nullable NativeSocket[] sockets;
    /** Which of a slot's sockets an event is about: of one that was closed some may be told still. */
    private final long[] tokens;
    /** Linux stamps arrivals only while some socket of the host wants it, and needs a moment to begin: this one keeps it at it. */
    private final NativeSocket stampKeeper;
    private long generation;

    /**
     * @param payload of every request
     * @param slots at most 65,536; a file of the process each
     * @throws NativeCallException if this host does not speak the target's address family, or has no file left
     */
    KernelRequests(RequestOptions options, byte[] payload, int slots) {
        this.options = options;
        family = AddressFamily.of(options.address());
        request = new MessageBatch(1, Math.max(1, payload.length), 0);
        request.putBytes(0, 0, payload);
        request.sendLength(0, payload.length);
        destination = new SocketAddresses(new InetAddress[]{options.address()}, options.port());
        source = new SocketAddresses(options.source().stream().toArray(InetAddress[]::new));
        sockets = new NativeSocket[slots];
        tokens = new long[slots];
        stampKeeper = NativeSocket.open(family, SocketKind.UDP);
        stampKeeper.stampArrivals();
        queue = new EventQueue(MOST_EVENTS);
    }

    /**
     * Sends this host a packet on its loopback until one is stamped on arrival: the first request shall be as exact as the last. Bounded; without
     * loopback the first answers may lack a stamp, and say so.
     */
    KernelRequests rehearse() {
        InetAddress loopback = switch (family) {
            case IPV4 -> LOOPBACK;
            case IPV6 -> LOOPBACK_6;
        };
        try {
            stampKeeper.bind(loopback, 0);
        } catch (NativeCallException e) {
            return this;
        }
        stampKeeper.connect(loopback, stampKeeper.localPort());
        PacketWait wait = new PacketWait(List.of(stampKeeper));
        MessageBatch one = new MessageBatch(1, 1, 0);
        for (int i = 0; i < MOST_REHEARSALS; i++) {
            if (stampKeeper.send(one, 0, 1) < 0) {
                return this;
            }
            wait.untilPacket(REHEARSAL_NANOS);
            if (stampKeeper.receive(answer) == 1) {
                answerControls.read(0);
                if (answerControls.timestampNanos() != 0) {
                    return this;
                }
            }
            wait.sleep(REHEARSAL_NANOS);
        }
        return this;
    }

    @Override
    public int slots() {
        return sockets.length;
    }

    @Override
    public int send(int slot) {
        NativeSocket socket;
        try {
            socket = NativeSocket.open(family, SocketKind.UDP, memory);
        } catch (NativeCallException e) {
            return -e.errno();
        }
        int result = send(socket, slot);
        if (result < 0) {
            socket.close();
        } else {
            sockets[slot] = socket;
        }
        return result;
    }

    private int send(NativeSocket socket, int slot) {
        int result = connect(socket);
        if (result < 0) {
            return result;
        }
        generation++;
        tokens[slot] = (generation << SLOT_BITS) | slot;
        result = queue.add(socket, false, tokens[slot]);
        if (result < 0) {
            return result;
        }
        int sent = socket.send(request, 0, 1);
        return sent == 1 ? 0 : sent == 0 ? -Errno.EAGAIN : sent;
    }

    /** Everything but sending; 0 or a negative errno. */
    int connect(NativeSocket socket) {
        try {
            socket.stampPackets();
            socket.tellIcmpErrors();
            if (options.device().isPresent()) {
                socket.bindToDevice(options.device().get());
            }
            if (options.dscp() != 0) {
                socket.trafficClass(options.dscp() << 2);
            }
            if (options.hopLimit().isPresent()) {
                socket.hopLimit(options.hopLimit().getAsInt());
            }
        } catch (NativeCallException e) {
            return -e.errno();
        }
        int bound = options.source().isPresent() ? socket.bind(source, 0) : 0;
        return bound < 0 ? bound : socket.connect(destination, 0);
    }

    @Override
    public int poll() {
        return queue.poll();
    }

    @Override
    public boolean isPollFull(int events) {
        return events == queue.most();
    }

    @Override
    public void tell(int event, Events events) {
        long token = queue.token(event);
        int slot = (int) (token & ((1 << SLOT_BITS) - 1));
        NativeSocket socket = sockets[slot];
        if (socket == null || tokens[slot] != token) {
            return;
        }
        // In this order: an answer that was read here has its request's stamp in the error queue already.
        int count = socket.receive(answer);
        if (count < 0 && count != -Errno.EAGAIN) {
            // An ICMP error that waited: told from the error queue, here it only stands in the way.
            count = socket.receive(answer);
        }
        Optional<ErrorQueue.Refusal> refusal = hearErrors(socket, slot, events);
        if (count == 1) {
            answerControls.read(0);
            events.answered(slot, answerControls.timestampNanos(), answer.bytes(0, 0, answer.length(0)));
        } else if (refusal.isPresent()) {
            events.refused(slot, refusal.get().reason(), refusal.get().offender());
        }
    }

    private Optional<ErrorQueue.Refusal> hearErrors(NativeSocket socket, int slot, Events events) {
        Optional<ErrorQueue.Refusal> oldest = Optional.empty();
        int count = socket.receiveErrors(errors);
        for (int i = 0; i < count; i++) {
            errorControls.read(i);
            Optional<ErrorQueue.Refusal> refusal = meaning.refusal(errorControls, family);
            if (refusal.isPresent()) {
                oldest = oldest.isPresent() ? oldest : refusal;
            } else if (errorControls.timestampNanos() != 0) {
                events.transmitted(slot, errorControls.timestampNanos());
            }
        }
        return oldest;
    }

    @Override
    public void end(int slot) {
        NativeSocket socket = sockets[slot];
        if (socket != null) {
            socket.close();
            sockets[slot] = null;
        }
    }

    @Override
    public List<Pollable> pollables() {
        return List.of(queue);
    }

    @Override
    public void close() {
        for (int slot = 0; slot < sockets.length; slot++) {
            end(slot);
        }
        stampKeeper.close();
        queue.close();
    }
}
