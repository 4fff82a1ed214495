package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.util.Optional;

/**
 * @param sourceAddress the address the test packets carry, one of this host's; the kernel chooses if empty. Binds its own family only
 * @param tcpPort where the TCP rung connects to, if no ICMP is permitted; 1 to 65,535
 * @param confirming whether a missing reply is followed by a short burst that decides provisionally ({@link ProbeListener#suspected})
 */
public record ProberSettings(ProbePacing pacing, Optional<InetAddress> sourceAddress, int tcpPort, RateCaps caps,
        PacketForm form, boolean confirming) {

    /** The echo service (RFC 862). Hardly any host runs it, so the usual answer is a reset, which is as good: it takes one round trip. */
    public static final int DEFAULT_TCP_PORT = 7;

    public ProberSettings {
        if (tcpPort < 1 || tcpPort > 65_535) {
            throw new IllegalArgumentException("a TCP port lies between 1 and 65535, not at " + tcpPort);
        }
    }

    public ProberSettings(ProbePacing pacing, Optional<InetAddress> sourceAddress, int tcpPort) {
        this(pacing, sourceAddress, tcpPort, RateCaps.DEFAULT, PacketForm.USUAL, false);
    }

    public ProberSettings(ProbePacing pacing) {
        this(pacing, Optional.empty(), DEFAULT_TCP_PORT);
    }

    public ProberSettings with(RateCaps otherCaps) {
        return new ProberSettings(pacing, sourceAddress, tcpPort, otherCaps, form, confirming);
    }

    public ProberSettings with(PacketForm otherForm) {
        return new ProberSettings(pacing, sourceAddress, tcpPort, caps, otherForm, confirming);
    }

    /** With confirm bursts. */
    public ProberSettings thatConfirms() {
        return new ProberSettings(pacing, sourceAddress, tcpPort, caps, form, true);
    }

    /** Without confirm bursts. */
    public ProberSettings thatDoesNotConfirm() {
        return new ProberSettings(pacing, sourceAddress, tcpPort, caps, form, false);
    }
}
