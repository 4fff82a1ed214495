package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * The little pieces of memory through which system calls on sockets speak. Made once and shared by all sockets of one thread, opening a socket and
 * setting it up allocates next to nothing; a socket that lives long has its own. One thread at a time.
 */
public final class CallMemory {

    static final int TCP_INFO_ROOM = 256;
    private static final int LINGER_ROOM = 8;

    private final Arena arena = Arena.ofAuto();

    final MemorySegment errno = Libc.newErrno();
    /** An int option's value. */
    final MemorySegment number = arena.allocate(JAVA_INT);
    /** In: the room for an option's or an address's value. Out: what of it is used. */
    final MemorySegment length = arena.allocate(JAVA_INT);
    /** struct linger { int on, seconds; } */
    final MemorySegment linger = arena.allocate(LINGER_ROOM, 4);
    final MemorySegment address = arena.allocate(SocketAddresses.STRIDE, 8);
    final MemorySegment tcpInfo = arena.allocate(TCP_INFO_ROOM, 8);
}
