package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Writes what one message asks of the kernel beside its data (cmsg(3)): begin, then add. One thread. */
public final class SendControls {

    /** The control room that all of it together needs. */
    public static final int ROOM = 96;

    private static final long LEVEL = 8;
    private static final long TYPE = 12;
    private static final long DATA = 16;
    private static final int IN_PKTINFO = 12;
    private static final int IN6_PKTINFO = 20;

    private final MessageBatch batch;
    private final MemorySegment control;
    private int message;
    private long at;

    public SendControls(MessageBatch batch) {
        this.batch = batch;
        this.control = batch.control();
    }

    /** Forgets what this message asked before. */
    public SendControls begin(int message) {
        this.message = message;
        at = batch.controlStart(message);
        batch.controlLength(message, 0);
        return this;
    }

    /** The whole octet: DSCP and ECN. */
    public SendControls trafficClass(AddressFamily family, int octet) {
        control.set(JAVA_INT, at + DATA, octet);
        return switch (family) {
            case IPV4 -> added(SocketOptions.IPPROTO_IP, SocketOptions.IP_TOS, Integer.BYTES);
            case IPV6 -> added(SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_TCLASS, Integer.BYTES);
        };
    }

    /**
     * The packet carries as its source the address that a received one was sent to, as an answer must on a host with several. Only if that was
     * {@link ControlMessages#toThisHostAlone()}. The route decides on the interface.
     */
    public SendControls fromDestinationOf(ControlMessages received, AddressFamily family) {
        return switch (family) {
            case IPV4 -> {
                control.set(JAVA_INT, at + DATA, 0);
                control.set(JAVA_INT, at + DATA + 4, (int) received.destinationLow());
                control.set(JAVA_INT, at + DATA + 8, 0);
                yield added(SocketOptions.IPPROTO_IP, SocketOptions.IP_PKTINFO, IN_PKTINFO);
            }
            case IPV6 -> {
                control.set(JAVA_LONG, at + DATA, received.destinationHigh());
                control.set(JAVA_LONG, at + DATA + 8, received.destinationLow());
                control.set(JAVA_INT, at + DATA + 16, 0);
                yield added(SocketOptions.IPPROTO_IPV6, SocketOptions.IPV6_PKTINFO, IN6_PKTINFO);
            }
        };
    }

    private SendControls added(int level, int type, int bytes) {
        control.set(JAVA_LONG, at, DATA + bytes);
        control.set(JAVA_INT, at + LEVEL, level);
        control.set(JAVA_INT, at + TYPE, type);
        at += (DATA + bytes + 7) & ~7L;
        batch.controlLength(message, at - batch.controlStart(message));
        return this;
    }
}
