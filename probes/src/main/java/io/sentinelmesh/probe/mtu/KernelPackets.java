package io.sentinelmesh.probe.mtu;

import java.net.InetAddress;
import java.security.SecureRandom;
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
 * Sized packets by a datagram socket: echo requests, or UDP to a port that should be closed. For the user who runs it needs no right beyond opening
 * the socket. One thread.
 */
final class KernelPackets implements SizedPackets {

    private static final int CAPACITY = 8;
    /** What names our packet is at its beginning. */
    private static final int RECEIVE_ROOM = 256;
    private static final int CONTROL_ROOM = 192;
    private static final int MOST_SEND_ATTEMPTS = 4;
    private static final int MOST_RECEIVE_ROUNDS = 16;
    private static final long LONGEST_SLICE_NANOS = 50_000_000L;

    private static final int UDP_HEADER = 8;
    private static final int ECHO_HEADER = 8;
    private static final int NONCE = 0;
    private static final int NUMBER = 4;
    private static final int NAME_LENGTH = 8;

    private final InetAddress target;
    private final AddressFamily family;
    private final boolean echo;
    private final EngineClock clock;
    private final NativeSocket socket;
    private final PacketWait wait;
    private final MessageBatch request;
    private final MessageBatch received = new MessageBatch(CAPACITY, RECEIVE_ROOM, CONTROL_ROOM);
    private final ControlMessages controls = new ControlMessages(received);
    private final SocketAddresses destination;
    private final AnswerAllowance allowance;
    private final int nonce = new SecureRandom().nextInt();
    private int number;

    /**
     * @param kind UDP or ICMP datagram
     * @param port of the destination, for UDP
     * @param most size of a packet that will be sent, bytes with IP header
     * @throws io.sentinelmesh.probe.nativenet.NativeCallException if the kernel denies the socket or the source address
     */
    KernelPackets(SocketKind kind, InetAddress target, int port, Optional<InetAddress> source, int trafficClass,
            int most, EngineClock clock) {
        this.target = target;
        this.clock = clock;
        family = AddressFamily.of(target);
        echo = kind == SocketKind.ICMP_DATAGRAM;
        allowance = new AnswerAllowance(clock.monotonicNanos());
        request = new MessageBatch(1, most, 0);
        request.addressLength(family);
        destination = new SocketAddresses(new InetAddress[]{target}, echo ? 0 : port);
        request.to(0, destination, 0);
        received.keepSenders();
        socket = NativeSocket.open(family, kind);
        try {
            source.ifPresent(address -> socket.bind(address, 0));
            // A send buffer smaller than the packet refuses it with the same error as an interface.
            socket.wishForBuffers(2 * most + (1 << 16));
            socket.tellIcmpErrors();
            socket.neverFragment();
            if (trafficClass != 0) {
                socket.trafficClass(trafficClass);
            }
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
        wait = new PacketWait(List.of(socket));
    }

    /** What the IP header and, for UDP, the header behind it take of a packet. */
    static int headers(AddressFamily family, SocketKind kind) {
        int ip = switch (family) {
            case IPV4 -> 20;
            case IPV6 -> 40;
        };
        return ip + (kind == SocketKind.UDP ? UDP_HEADER : 0);
    }

    /** The least packet that carries what its answer is known by. */
    static int leastBytes(AddressFamily family, SocketKind kind) {
        return headers(family, kind) + (kind == SocketKind.UDP ? 0 : ECHO_HEADER) + NAME_LENGTH;
    }

    @Override
    public Fate send(int bytes, long timeoutNanos) throws InterruptedException {
        if (!echo) {
            pause(allowance.waitNanos(clock.monotonicNanos()));
        }
        number++;
        int start = echo ? ECHO_HEADER : 0;
        if (echo) {
            request.putByte(0, 0, switch (family) {
                case IPV4 -> 8;
                case IPV6 -> 128;
            });
            request.putShort(0, 6, number);
        }
        request.putInt(0, start + NONCE, nonce);
        request.putInt(0, start + NUMBER, number);
        request.sendLength(0, bytes - headers(family, echo ? SocketKind.ICMP_DATAGRAM : SocketKind.UDP));
        long sent = clock.monotonicNanos();
        int result = leave();
        if (result < 0) {
            return notLeft(-result);
        }
        Optional<Fate> fate = awaitFate(sent, timeoutNanos);
        if (fate.isPresent() && fate.orElseThrow() instanceof Fate.Arrived) {
            allowance.answered(clock.monotonicNanos());
        }
        return fate.orElseGet(Fate.Silent::new);
    }

    private int leave() {
        int result = 0;
        for (int attempt = 0; attempt < MOST_SEND_ATTEMPTS; attempt++) {
            // An error about an earlier packet that waits makes a call fail.
            result = socket.send(request, 0, 1);
            if (result > 0) {
                return result;
            }
        }
        return result == 0 ? -Errno.EAGAIN : result;
    }

    private static Fate notLeft(int errno) {
        Optional<RefusalReason> refusal = LocalRefusals.reason(errno);
        if (refusal.isEmpty()) {
            return new Fate.NotSent(Errno.describe(errno));
        }
        return refusal.orElseThrow() == RefusalReason.PACKET_TOO_BIG
                ? new Fate.TooBig(0, LocalRefusals.THIS_HOST)
                : new Fate.Refused(refusal.orElseThrow(), LocalRefusals.THIS_HOST);
    }

    private Optional<Fate> awaitFate(long sent, long timeoutNanos) throws InterruptedException {
        while (true) {
            Optional<Fate> fate = errors(sent).or(() -> answers(sent));
            long left = sent + timeoutNanos - clock.monotonicNanos();
            if (fate.isPresent() || left <= 0) {
                return fate;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("the search was given up");
            }
            wait.untilPacket(Math.min(left, LONGEST_SLICE_NANOS));
        }
    }

    private Optional<Fate> errors(long sent) {
        Optional<Fate> fate = Optional.empty();
        for (int round = 0; round < MOST_RECEIVE_ROUNDS && fate.isEmpty(); round++) {
            int count = socket.receiveErrors(received);
            for (int i = 0; i < count; i++) {
                controls.read(i);
                // The kernel hands over what the error quotes, without the UDP header but with the ICMP header.
                if (controls.isIcmpError() && isCurrent(i, echo ? ECHO_HEADER : 0)) {
                    fate = Optional.of(fateByError(sent));
                }
            }
            if (count < CAPACITY) {
                break;
            }
        }
        return fate;
    }

    private Fate fateByError(long sent) {
        InetAddress by = AddressFamily.address(controls.offender());
        RefusalReason reason = switch (family) {
            case IPV4 -> IcmpRefusals.reason(controls.icmpType(), controls.icmpCode());
            case IPV6 -> IcmpRefusals.ipv6Reason(controls.icmpType(), controls.icmpCode());
        };
        if (reason == RefusalReason.PACKET_TOO_BIG) {
            return new Fate.TooBig(controls.errorMtu(), by);
        }
        return reason == RefusalReason.PORT_UNREACHABLE && by.equals(target)
                ? new Fate.Arrived(clock.monotonicNanos() - sent)
                : new Fate.Refused(reason, by);
    }

    private Optional<Fate> answers(long sent) {
        int count = socket.receive(received);
        for (int i = 0; i < count; i++) {
            boolean fromTarget = AddressFamily.address(received.sender(i)).equals(target);
            // An open port's answer has its own form; it comes from the destination, and one packet is under way.
            if (fromTarget && (!echo || isCurrent(i, ECHO_HEADER))) {
                return Optional.of(new Fate.Arrived(clock.monotonicNanos() - sent));
            }
        }
        return Optional.empty();
    }

    /** Whether it is about the packet under way. An error that quotes too little to tell is taken for that. */
    private boolean isCurrent(int message, int at) {
        return received.length(message) < at + NAME_LENGTH
                || (received.getInt(message, at + NONCE) == nonce && received.getInt(message, at + NUMBER) == number);
    }

    @Override
    public void pause(long nanos) throws InterruptedException {
        long until = clock.monotonicNanos() + nanos;
        for (long left = nanos; left > 0; left = until - clock.monotonicNanos()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the search was given up");
            }
            wait.sleep(Math.min(left, LONGEST_SLICE_NANOS));
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
