package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.PacketWait;
import io.sentinelmesh.probe.nativenet.SocketAddresses;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.refusal.IcmpRefusals;
import io.sentinelmesh.probe.refusal.LocalRefusals;

/**
 * Traces by UDP or ICMP datagram sockets, one per flow, so that each flow's ports (or identifier) are its own and never change. Everything but the
 * destination's own answer arrives in the sockets' error queues. One thread.
 */
final class DatagramNetwork implements TraceNetwork {

    /** Errors of the first routers come in while the batch still leaves, and each makes one call fail; the call after it goes on. */
    private static final int MOST_SEND_ATTEMPTS = 8;
    private static final int MOST_RECEIVE_ROUNDS = 16;
    private static final int BUFFER_BYTES = 1 << 20;

    private final TraceSocketSettings settings;
    private final TracePacket packet;
    private final int transportHeader;
    private final EngineClock clock;
    private final int nonce = new SecureRandom().nextInt();
    private final List<NativeSocket> sockets = new ArrayList<>();
    private final List<Departures> departures = new ArrayList<>();
    private final List<Integer> names = new ArrayList<>();
    private final PacketWait wait;
    private final MessageBatch requests;
    private final MessageBatch received;
    private final ControlMessages controls;
    private final SocketAddresses target;

    /**
     * @param kind UDP or ICMP datagram
     * @throws io.sentinelmesh.probe.nativenet.NativeCallException if the kernel denies a socket, a source address or port
     */
    DatagramNetwork(SocketKind kind, TraceSocketSettings settings, EngineClock clock) {
        this(kind, settings, clock, new TraceBuffers(settings.bytes()));
    }

    /** @param buffers of messages of this size; used by no other network while this one is open */
    DatagramNetwork(SocketKind kind, TraceSocketSettings settings, EngineClock clock, TraceBuffers buffers) {
        this.settings = settings;
        this.clock = clock;
        boolean udp = kind == SocketKind.UDP;
        packet = udp ? TracePacket.UDP : TracePacket.ICMP;
        // The kernel hands over what an error quotes without the UDP header, but with the ICMP header.
        transportHeader = udp ? 8 : 0;
        try {
            for (int port : settings.sourcePorts()) {
                sockets.add(open(kind, port));
                departures.add(new Departures());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        sockets.forEach(socket -> names.add(socket.localPort()));
        wait = new PacketWait(sockets);
        requests = buffers.requests();
        requests.addressLength(settings.family());
        received = buffers.received();
        controls = buffers.controls();
        target = new SocketAddresses(new InetAddress[]{settings.target()}, udp ? settings.port() : 0);
    }

    private NativeSocket open(SocketKind kind, int port) {
        NativeSocket socket = NativeSocket.open(settings.family(), kind);
        try {
            socket.bind(settings.sourceOrAny(), port);
            socket.wishForBuffers(BUFFER_BYTES);
            socket.tellIcmpErrors();
            socket.tellIcmpExtensions();
            socket.stampPackets();
            if (settings.trafficClass() != 0) {
                socket.trafficClass(settings.trafficClass());
            }
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public long nanos() {
        return clock.monotonicNanos();
    }

    @Override
    public boolean oneAtATime() {
        return false;
    }

    @Override
    public int flowName(int flow) {
        return names.get(flow);
    }

    @Override
    public void send(int flow, List<TestPacket> packets, Replies replies) {
        for (int first = 0; first < packets.size(); first += requests.capacity()) {
            sendBatch(flow, packets.subList(first, Math.min(packets.size(), first + requests.capacity())), replies);
        }
    }

    private void sendBatch(int flow, List<TestPacket> packets, Replies replies) {
        for (int i = 0; i < packets.size(); i++) {
            packet.write(requests, i, settings.family(), packets.get(i).number(), nonce);
            requests.hopLimit(i, settings.family(), packets.get(i).hopLimit());
            requests.to(i, target, 0);
            departures.get(flow).leaves(packets.get(i), clock.monotonicNanos());
        }
        int done = 0;
        int attempts = 0;
        while (done < packets.size()) {
            int sent = sockets.get(flow).send(requests, done, packets.size() - done);
            if (sent > 0) {
                done += sent;
                attempts = 0;
            } else if (++attempts == MOST_SEND_ATTEMPTS) {
                int errno = sent == 0 ? Errno.EAGAIN : -sent;
                Optional<RefusalReason> refusal = LocalRefusals.reason(errno);
                if (refusal.isPresent() && done == 0) {
                    replies.refusedHere(flow, refusal.orElseThrow());
                    return;
                }
                replies.notSent(flow, packets.get(done++), Errno.describe(errno));
                attempts = 0;
            }
        }
    }

    @Override
    public void await(long untilNanos, Replies replies) {
        long nanos = untilNanos - clock.monotonicNanos();
        if (nanos > 0) {
            wait.untilPacket(nanos);
        }
        for (int flow = 0; flow < sockets.size(); flow++) {
            receiveErrors(flow, replies);
            receiveAnswers(flow, replies);
        }
    }

    private void receiveErrors(int flow, Replies replies) {
        for (int round = 0; round < MOST_RECEIVE_ROUNDS; round++) {
            int count = sockets.get(flow).receiveErrors(received);
            for (int i = 0; i < count; i++) {
                error(flow, i, replies);
            }
            if (count < TraceBuffers.RECEIVE_CAPACITY) {
                return;
            }
        }
    }

    private void error(int flow, int message, Replies replies) {
        controls.read(message);
        int length = received.length(message);
        if (controls.isIcmpError()) {
            Optional<TestPacket> quoted = about(packet.quoted(received, message, 0, length, nonce));
            if (quoted.isEmpty()) {
                return;
            }
            TestPacket about = quoted.orElseThrow();
            RefusalReason reason = switch (settings.family()) {
                case IPV4 -> IcmpRefusals.reason(controls.icmpType(), controls.icmpCode());
                case IPV6 -> IcmpRefusals.ipv6Reason(controls.icmpType(), controls.icmpCode());
            };
            replies.answered(flow, about,
                    Answer.ofError(reason, AddressFamily.address(controls.offender()), settings.target(),
                            roundTrip(flow, about), labels(message, length)));
        } else if (!controls.isLocalError() && controls.timestampNanos() != 0 && length >= settings.bytes()) {
            // The packet as it left, with all its headers before it.
            int start = length - settings.bytes();
            about(packet.quoted(received, message, start, settings.bytes(), nonce))
                    .ifPresent(sent -> departures.get(flow).left(sent, controls.timestampNanos()));
        }
    }

    private List<MplsLabel> labels(int message, int length) {
        int told = controls.extensionsAt();
        if (told > 0 && told < length) {
            return IcmpExtensions.labels(received.bytes(message, told, length - told));
        }
        int ipHeader = switch (settings.family()) {
            case IPV4 -> 20;
            case IPV6 -> 40;
        };
        int old = IcmpExtensions.OLD_QUOTE_LENGTH - ipHeader - transportHeader;
        return old < length ? IcmpExtensions.labelsIfProven(received.bytes(message, old, length - old)) : List.of();
    }

    private void receiveAnswers(int flow, Replies replies) {
        for (int round = 0; round < MOST_RECEIVE_ROUNDS; round++) {
            int count = sockets.get(flow).receive(received);
            if (count == -Errno.EAGAIN) {
                return;
            }
            // Another negative number is an ICMP error that was told already; here it only stands in the way.
            for (int i = 0; i < count; i++) {
                answer(flow, i, replies);
            }
            if (count >= 0 && count < TraceBuffers.RECEIVE_CAPACITY) {
                return;
            }
        }
    }

    private void answer(int flow, int message, Replies replies) {
        InetAddress from = AddressFamily.address(received.sender(message));
        // Only what the destination itself sends; for any other sender's datagrams nobody asked.
        if (from.equals(settings.target())) {
            controls.read(message);
            about(packet.answered(received, message, received.length(message), nonce)).ifPresent(about -> replies
                    .answered(flow, about, new Answer.FromDestination(from, roundTrip(flow, about))));
        }
    }

    /** Empty for what is not about this trace, and therefore nobody's answer. */
    private static Optional<TestPacket> about(Quote quote) {
        return switch (quote) {
            case Quote.Of(TestPacket packet) -> Optional.of(packet);
            case Quote.TooShort _ -> Optional.of(TestPacket.UNKNOWN);
            case Quote.Foreign _ -> Optional.empty();
        };
    }

    private long roundTrip(int flow, TestPacket about) {
        return departures.get(flow).roundTripNanos(about, controls.timestampNanos(), clock.monotonicNanos());
    }

    @Override
    public void close() {
        sockets.forEach(NativeSocket::close);
    }
}
