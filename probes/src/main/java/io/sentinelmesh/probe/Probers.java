package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.probe.icmp.EchoProber;
import io.sentinelmesh.probe.icmp.EchoRung;
import io.sentinelmesh.probe.nativenet.Errno;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.nativenet.NativeSocket;
import io.sentinelmesh.probe.tcp.TcpConnectProber;

/** Opens the best prober that this host permits: ICMP datagram socket, then raw socket, then TCP connect. */
public final class Probers {

    private static final Logger LOG = LoggerFactory.getLogger(Probers.class);

    private Probers() {
    }

    public static Prober open(ProbePacing pacing, Optional<InetAddress> sourceAddress, ProbeListener listener) {
        return open(new ProberSettings(pacing, sourceAddress, ProberSettings.DEFAULT_TCP_PORT), listener);
    }

    /**
     * The prober runs and waits for its targets.
     *
     * @throws IllegalArgumentException if the source address is not one of this host's
     */
    public static Prober open(ProberSettings settings, ProbeListener listener) {
        if (!NativeSocket.isSupported()) {
            return TcpConnectProber.open(settings, listener, "ICMP echo needs Linux on a 64-bit processor");
        }
        for (EchoRung rung : EchoRung.values()) {
            try {
                return EchoProber.open(rung, settings, listener);
            } catch (NativeCallException e) {
                if (e.errno() == Errno.EADDRNOTAVAIL) {
                    throw new IllegalArgumentException(e.getMessage() + "; choose one that `ip address` lists", e);
                }
                LOG.info("Not {}: {}", rung.label(), e.getMessage());
            }
        }
        return TcpConnectProber.open(settings, listener,
                EchoRung.OPEN_TO_ALL + "  (or give the agent the capability CAP_NET_RAW)");
    }
}
