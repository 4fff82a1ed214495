package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.AddressFamily;
import io.sentinelmesh.probe.nativenet.ControlMessages;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.MessageBatch;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.nativenet.PacketWait;
import io.sentinelmesh.probe.nativenet.SocketKind;
import io.sentinelmesh.probe.pacing.EngineClock;
import io.sentinelmesh.probe.refusal.IcmpRefusals;
import io.sentinelmesh.probe.refusal.LocalRefusals;

/**
 * Traces by TCP connection attempts, for ways on which only that passes. Two attempts can't have the same ports at the same time, so the hop limits
 * of a flow go one after the other; flows go side by side. A connection that is made is reset at once. One thread.
 */
final class TcpNetwork implements TraceNetwork {

    private static final int ERRORS = 4;
    private static final int ERROR_ROOM = 768;
    private static final int CONTROL_ROOM = 192;
    /** Waiting hears errors but no success: that is looked for so often. */
    private static final long SLICE_NANOS = 1_000_000L;
    private static final int EALREADY = 114;

    private final TraceSocketSettings settings;
    private final EngineClock clock;
    private final List<Integer> names = new ArrayList<>();
    private final Map<Integer, Attempt> underWay = new HashMap<>();
    private final MessageBatch errors = new MessageBatch(ERRORS, ERROR_ROOM, CONTROL_ROOM);
    private final ControlMessages controls = new ControlMessages(errors);

    private record Attempt(TestPacket packet, NativeSocket socket, Departures departures) {
    }

    /** @throws NativeCallException if the kernel denies a socket, a source address or port */
    TcpNetwork(TraceSocketSettings settings, EngineClock clock) {
        this.settings = settings;
        this.clock = clock;
        List<NativeSocket> held = new ArrayList<>();
        try {
            for (int port : settings.sourcePorts()) {
                NativeSocket socket = NativeSocket.open(settings.family(), SocketKind.TCP);
                // Kept until the last flow has its port: the kernel may give one that is free again to the next.
                held.add(socket);
                socket.bind(settings.sourceOrAny(), port);
                names.add(socket.localPort());
            }
        } finally {
            held.forEach(NativeSocket::close);
        }
    }

    @Override
    public long nanos() {
        return clock.monotonicNanos();
    }

    @Override
    public boolean oneAtATime() {
        return true;
    }

    @Override
    public int flowName(int flow) {
        return names.get(flow);
    }

    @Override
    public void send(int flow, List<TestPacket> packets, Replies replies) {
        for (TestPacket packet : packets) {
            // What the tracer gave up waiting for still has the port.
            forget(flow);
            begin(flow, packet, replies);
        }
    }

    private void begin(int flow, TestPacket packet, Replies replies) {
        NativeSocket socket;
        try {
            socket = NativeSocket.open(settings.family(), SocketKind.TCP);
        } catch (NativeCallException e) {
            replies.notSent(flow, packet, String.valueOf(e.getMessage()));
            return;
        }
        try {
            socket.resetOnClose();
            socket.bind(settings.sourceOrAny(), names.get(flow));
            socket.hopLimit(packet.hopLimit());
            socket.noFlowLabel();
            socket.tellIcmpErrors();
            socket.tellIcmpExtensions();
            socket.stampArrivals();
            if (settings.trafficClass() != 0) {
                socket.trafficClass(settings.trafficClass());
            }
        } catch (NativeCallException e) {
            socket.close();
            replies.notSent(flow, packet, String.valueOf(e.getMessage()));
            return;
        }
        Departures departures = new Departures();
        departures.leaves(packet, clock.monotonicNanos());
        departures.left(packet, clock.wallNanos());
        Attempt attempt = new Attempt(packet, socket, departures);
        underWay.put(flow, attempt);
        settle(flow, attempt, socket.connect(settings.target(), settings.port()), true, replies);
    }

    /** What connect(2) said of an attempt. */
    private void settle(int flow, Attempt attempt, int result, boolean first, Replies replies) {
        switch (-result) {
            case Errno.EINPROGRESS, EALREADY -> {
                return;
            }
            case 0 -> {
                int micros = attempt.socket().tcpRoundTripMicros();
                long roundTrip = micros > 0 ? micros * 1_000L : roundTrip(attempt, 0);
                replies.answered(flow, attempt.packet(), new Answer.FromDestination(settings.target(), roundTrip));
            }
            case Errno.ECONNREFUSED -> {
                // A reset, unless an ICMP error has come since the last look.
                if (told(flow, attempt, replies)) {
                    return;
                }
                replies.answered(flow, attempt.packet(),
                        new Answer.FromDestination(settings.target(), roundTrip(attempt, 0)));
            }
            default -> {
                if (told(flow, attempt, replies)) {
                    return;
                }
                Optional<RefusalReason> refusal = first ? LocalRefusals.reason(-result) : Optional.empty();
                if (refusal.isPresent()) {
                    replies.refusedHere(flow, refusal.orElseThrow());
                } else if (first) {
                    replies.notSent(flow, attempt.packet(), Errno.describe(-result));
                }
                // Else its time was up in the kernel, too.
            }
        }
        forget(flow);
    }

    @Override
    public void await(long untilNanos, Replies replies) {
        long nanos = Math.min(SLICE_NANOS, untilNanos - clock.monotonicNanos());
        if (nanos > 0) {
            new PacketWait(underWay.values().stream().map(Attempt::socket).toList()).untilPacket(nanos);
        }
        for (int flow = 0; flow < names.size(); flow++) {
            Attempt attempt = underWay.get(flow);
            if (attempt != null && !told(flow, attempt, replies)) {
                settle(flow, attempt, attempt.socket().connect(settings.target(), settings.port()), false, replies);
            }
        }
    }

    /** Whether an ICMP error ended the attempt. */
    private boolean told(int flow, Attempt attempt, Replies replies) {
        int count = attempt.socket().receiveErrors(errors);
        for (int i = 0; i < count; i++) {
            controls.read(i);
            if (controls.isIcmpError()) {
                InetAddress from = AddressFamily.address(controls.offender());
                RefusalReason reason = switch (settings.family()) {
                    case IPV4 -> IcmpRefusals.reason(controls.icmpType(), controls.icmpCode());
                    case IPV6 -> IcmpRefusals.ipv6Reason(controls.icmpType(), controls.icmpCode());
                };
                replies.answered(flow, attempt.packet(), Answer.ofError(reason, from, settings.target(),
                        roundTrip(attempt, controls.timestampNanos()), labels(i)));
                forget(flow);
                return true;
            }
        }
        return false;
    }

    private List<MplsLabel> labels(int message) {
        int at = controls.extensionsAt();
        int length = errors.length(message);
        return at > 0 && at < length ? IcmpExtensions.labels(errors.bytes(message, at, length - at)) : List.of();
    }

    private long roundTrip(Attempt attempt, long arrivedNanos) {
        return attempt.departures().roundTripNanos(attempt.packet(), arrivedNanos, clock.monotonicNanos());
    }

    private void forget(int flow) {
        Optional.ofNullable(underWay.remove(flow)).ifPresent(attempt -> attempt.socket().close());
    }

    @Override
    public void close() {
        underWay.values().forEach(attempt -> attempt.socket().close());
        underWay.clear();
    }
}
