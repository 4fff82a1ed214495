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

    private final int sockets;
    private final MemorySegment pollFds;
    private final MemorySegment timeout = Arena.ofAuto().allocate(16, 8);

    public PacketWait(List<? extends Pollable> sockets) {
        this.sockets = sockets.size();
        pollFds = Arena.ofAuto().allocate(8L * Math.max(1, sockets.size()), 8);
        for (int i = 0; i < sockets.size(); i++) {
            pollFds.set(JAVA_INT, 8L * i, sockets.get(i).fd());
            pollFds.set(JAVA_SHORT, 8L * i + 4, POLLIN);
        }
    }

    /** Something in the error queue ends the wait too: Linux reports errors whether asked or not. */
    public void untilPacket(long nanos) {
        poll(sockets, nanos);
    }

    public void sleep(long nanos) {
        poll(0, nanos);
    }

    private void poll(int count, long nanos) {
        timeout.set(JAVA_LONG, 0, nanos / NANOS_PER_SECOND);
        timeout.set(JAVA_LONG, 8, nanos % NANOS_PER_SECOND);
        Libc.ppoll(pollFds, count, timeout);
    }
}
