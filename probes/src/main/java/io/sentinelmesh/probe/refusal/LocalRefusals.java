package io.sentinelmesh.probe.refusal;

import java.net.InetAddress;
import java.util.Optional;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.nativenet.Errno;

/**
 * What this host's own routing and firewall say instead of sending. They are the first hop of the path: "no route" and "prohibited" from here
 * mean what they mean from the next router, and the offender is this host. A full queue or a missing address family is not of that kind.
 */
public final class LocalRefusals {

    /** Stands for this host, whatever address it would have sent from. */
    public static final InetAddress THIS_HOST = InetAddress.getLoopbackAddress();

    private LocalRefusals() {
    }

    /** Empty if the packet was not refused but could not be sent: our own fault. */
    public static Optional<RefusalReason> reason(int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> PROHIBITED;
            case Errno.ENETUNREACH, Errno.ENETDOWN -> NETWORK;
            case Errno.EHOSTUNREACH -> HOST;
            case Errno.EMSGSIZE -> TOO_BIG;
            default -> Optional.empty();
        };
    }

    // Made once: a firewall that refuses everything must not make the engine allocate.
    private static final Optional<RefusalReason> PROHIBITED = Optional.of(RefusalReason.ADMINISTRATIVELY_PROHIBITED);
    private static final Optional<RefusalReason> NETWORK = Optional.of(RefusalReason.NETWORK_UNREACHABLE);
    private static final Optional<RefusalReason> HOST = Optional.of(RefusalReason.HOST_UNREACHABLE);
    private static final Optional<RefusalReason> TOO_BIG = Optional.of(RefusalReason.PACKET_TOO_BIG);
}
