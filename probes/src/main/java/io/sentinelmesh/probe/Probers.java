package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.probe.icmp.EchoProber;
import io.sentinelmesh.probe.icmp.EchoRung;
import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.tcp.TcpConnectProber;

/** Opens the best prober that this host permits: ICMP datagram socket, raw socket, closed UDP port, then TCP connect. */
public final class Probers {

    private static final Logger LOG = LoggerFactory.getLogger(Probers.class);
    private static final String NEEDS_LINUX = "ICMP echo needs Linux on a 64-bit processor";

    private Probers() {
    }

    public static Prober open(ProbePacing pacing, Optional<InetAddress> sourceAddress, ProbeListener listener) {
        return open(new ProberSettings(pacing, sourceAddress, ProberSettings.DEFAULT_TCP_PORT), listener);
    }

    /**
     * The prober runs and waits for its targets.
     *
     * @throws IllegalArgumentException if the source address is not one of this host's
     * @throws NativeCallException if this host lacks files or memory at present: try again
     */
    public static Prober open(ProberSettings settings, ProbeListener listener) {
        if (!NativeSocket.isSupported()) {
            return TcpConnectProber.open(settings, listener, NEEDS_LINUX);
        }
        for (EchoRung rung : EchoRung.values()) {
            try {
                return EchoProber.open(rung, settings, listener);
            } catch (NativeCallException e) {
                if (e.errno() == Errno.EADDRNOTAVAIL) {
                    throw new IllegalArgumentException(e.getMessage() + "; choose one that `ip address` lists", e);
                }
                if (e.errno() == Errno.EMFILE || e.errno() == Errno.ENOMEM || e.errno() == Errno.ENOBUFS) {
                    // It is permitted, only not possible at present: not a reason to measure worse for good.
                    throw e;
                }
                LOG.info("Not {}: {}", rung.label(), e.getMessage());
            }
        }
        return TcpConnectProber.open(settings, listener, EchoRung.PERMIT_ECHO);
    }

    /**
     * The same on one rung only.
     *
     * @throws BadRequestException if this host does not permit it
     */
    public static Prober open(RungChoice choice, ProberSettings settings, ProbeListener listener) {
        return switch (choice) {
            case AUTO -> open(settings, listener);
            case DATAGRAM -> open(EchoRung.DATAGRAM, settings, listener);
            case RAW -> open(EchoRung.RAW, settings, listener);
            case UDP -> open(EchoRung.UDP, settings, listener);
            case TCP -> TcpConnectProber.open(settings, listener, EchoRung.PERMIT_ECHO);
        };
    }

    private static Prober open(EchoRung rung, ProberSettings settings, ProbeListener listener) {
        if (!NativeSocket.isSupported()) {
            throw new BadRequestException(NEEDS_LINUX + "; choose the rung tcp");
        }
        try {
            return EchoProber.open(rung, settings, listener);
        } catch (NativeCallException e) {
            throw new BadRequestException("not " + rung.label() + ": " + e.getMessage() + "; choose the rung auto"
                    + (rung == EchoRung.DATAGRAM ? ", or " + EchoRung.OPEN_TO_ALL : ""), e);
        }
    }
}
