package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.CallMemory;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.EventQueue;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.Pollable;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.refusal.ErrorQueue;
import io.sentinelmesh.probe.refusal.LocalRefusals;

/**
 * The kernel's TCP sockets. Per attempt it allocates one small object, the socket; all else is made once. Every close is a reset, so that neither
 * end keeps anything of the connection.
 */
final class KernelConnections implements ConnectNetwork {

    private static final int MOST_EVENTS = 64;
    private static final int SLOT_BITS = 16;
    private static final InetAddress BROADCAST = InetAddress.ofLiteral("255.255.255.255");
    private static final Ends REHEARSED = new Ends() {

        @Override
        public void connected(int slot, int kernelMicros, int repeats) {
            // Nobody asked.
        }

        @Override
        public void reset(int slot) {
            // Nobody asked.
        }

        @Override
        public void refused(int slot, RefusalReason reason, InetAddress offender) {
            // Nobody asked.
        }

        @Override
        public void expired(int slot) {
            // Nobody asked.
        }
    };

    private final ConnectOptions options;
    private final CallMemory memory = new CallMemory();
    private final EventQueue queue = new EventQueue(MOST_EVENTS);
    private final ErrorQueue errors = new ErrorQueue();
    private final SocketAddresses source;
    private final @Nullable NativeSocket[] sockets;
    /** Which of a slot's sockets an event is about: of one that was closed some may be told still. */
    private final long[] tokens;
    private long generation;
    private SocketAddresses addresses = new SocketAddresses(new InetAddress[0]);
    private AddressFamily[] families = new AddressFamily[0];

    /** @param slots at most 65,536; a file of the process each */
    KernelConnections(ConnectOptions options, int slots) {
        if (slots < 1 || slots > 1 << SLOT_BITS) {
            throw new IllegalArgumentException(slots + " slots; 1 to 65,536 are possible");
        }
        this.options = options;
        source = new SocketAddresses(options.source().stream().toArray(InetAddress[]::new));
        sockets = new NativeSocket[slots];
        tokens = new long[slots];
    }

    /**
     * Goes the whole way once without sending a packet, so that the first attempt's time is not that of loading classes and linking calls: a
     * broadcast address takes no connections, and a socket that has none has an event to tell at once.
     */
    KernelConnections rehearse() {
        destinations(List.of(BROADCAST));
        begin(0, 0);
        try {
            NativeSocket socket = NativeSocket.open(AddressFamily.IPV4, SocketKind.TCP, memory);
            sockets[0] = socket;
            tokens[0] = token(0);
            queue.add(socket, true, tokens[0]);
            for (int event = poll() - 1; event >= 0; event--) {
                tell(event, REHEARSED);
            }
        } catch (NativeCallException e) {
            // Without IPv4, or a free file, the first attempt takes what it takes.
        }
        abandon(0);
        return this;
    }

    private long token(int slot) {
        generation++;
        return (generation << SLOT_BITS) | slot;
    }

    @Override
    public int slots() {
        return sockets.length;
    }

    @Override
    public void destinations(List<InetAddress> destinations) {
        addresses = new SocketAddresses(destinations.toArray(InetAddress[]::new), options.port());
        families = destinations.stream().map(AddressFamily::of).toArray(AddressFamily[]::new);
    }

    @Override
    public int begin(int slot, int destination) {
        AddressFamily family = families[destination];
        NativeSocket socket;
        try {
            socket = NativeSocket.open(family, SocketKind.TCP, memory);
        } catch (NativeCallException e) {
            return -e.errno();
        }
        int result = begin(socket, slot, destination);
        if (result < 0) {
            socket.close();
        } else {
            sockets[slot] = socket;
        }
        return result;
    }

    private int begin(NativeSocket socket, int slot, int destination) {
        int bound;
        try {
            bound = configure(socket);
        } catch (NativeCallException e) {
            return -e.errno();
        }
        if (bound < 0) {
            return bound;
        }
        int connected = socket.connect(addresses, destination);
        if (connected < 0 && connected != -Errno.EINPROGRESS) {
            return connected;
        }
        tokens[slot] = token(slot);
        return queue.add(socket, true, tokens[slot]);
    }

    /** @throws NativeCallException if an option is refused: ENODEV when the interface has gone */
    int configure(NativeSocket socket) {
        socket.resetOnClose();
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
        boolean bind = options.source().isPresent() && AddressFamily.of(options.source().get()) == socket.family();
        return bind ? socket.bind(source, 0) : 0;
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
    public void tell(int event, Ends ends) {
        long token = queue.token(event);
        int slot = (int) (token & ((1 << SLOT_BITS) - 1));
        NativeSocket socket = sockets[slot];
        if (socket == null || tokens[slot] != token) {
            return;
        }
        int errno = socket.pendingError();
        if ((errno == 0 && !queue.isError(event)) || errno == Errno.ECONNRESET || errno == Errno.EPIPE) {
            // Reset after it was made, even before we looked: it was made.
            int micros = socket.tcpRoundTripMicros();
            int repeats = socket.tcpRepeats();
            abandon(slot);
            ends.connected(slot, micros, repeats);
            return;
        }
        Optional<ErrorQueue.Refusal> icmp = errors.takeRefusal(socket);
        abandon(slot);
        if (icmp.isPresent()) {
            ends.refused(slot, icmp.get().reason(), icmp.get().offender());
        } else if (errno == Errno.ECONNREFUSED) {
            ends.reset(slot);
        } else if (errno == Errno.ETIMEDOUT) {
            ends.expired(slot);
        } else {
            ends.refused(slot, LocalRefusals.reason(errno).orElse(RefusalReason.OTHER), LocalRefusals.THIS_HOST);
        }
    }

    @Override
    public void abandon(int slot) {
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
            abandon(slot);
        }
        queue.close();
    }
}
