package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** Sleeps until a time passed or one of a few sockets has something to read. One thread. */
public final class PacketWait {

    private static final short POLLIN = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final int EVENTS = 4;
    private static final int RETURNED_EVENTS = 6;

    private final int sockets;
    private final MemorySegment pollFds;
    private final MemorySegment timeout = Arena.ofAuto().allocate(16, 8);

    public PacketWait(List<? extends Pollable> sockets) {
        this.sockets = sockets.size();
        pollFds = Arena.ofAuto().allocate(8L * Math.max(1, sockets.size()), 8);
        for (int i = 0; i < sockets.size(); i++) {
            pollFds.set(JAVA_INT, 8L * i, sockets.get(i).fd());
            pollFds.set(JAVA_SHORT, 8L * i + EVENTS, POLLIN);
        }
    }

    /** Something in the error queue ends the wait too: Linux reports errors whether asked or not. */
    public void untilPacket(long nanos) {
        poll(sockets, nanos);
    }

    public void sleep(long nanos) {
        poll(0, nanos);
    }

    /** Looks, without waiting, which sockets have something: {@link #has} tells then. */
    public void look() {
        if (poll(sockets, 0) < 0) {
            for (int i = 0; i < sockets; i++) {
                // It could not look: each may have something.
                pollFds.set(JAVA_SHORT, 8L * i + RETURNED_EVENTS, POLLIN);
            }
        }
    }

    /** Whether the socket of this number had something to read, in its error queue or else, at the last {@link #look}. */
    public boolean has(int socket) {
        return pollFds.get(JAVA_SHORT, 8L * socket + RETURNED_EVENTS) != 0;
    }

    private int poll(int count, long nanos) {
        timeout.set(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
        timeout.set(JAVA_LONG, 8, nanos % NANOS_PER_SECOND);
        return Libc.ppoll(pollFds, count, timeout);
    }
}
