package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * Tells which of many sockets have something to tell (epoll(7)), at a cost that does not grow with those that have nothing. Closing a socket takes
 * it out. Can itself be waited for. One thread; allocates nothing after it was made.
 */
public final class EventQueue implements Pollable, AutoCloseable {

    // Only x86-64 packs struct epoll_event { u32 events; u64 data; }.
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
    private static final long EVENT = PACKED ? 12 : 16;
    private static final long DATA = PACKED ? 4 : 8;
    private static final ValueLayout.OfLong TOKEN = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLLIN = 1;
    private static final int EPOLLOUT = 4;
    private static final int EPOLLERR = 8;

    private final int most;
    private final int fd;
    private final MemorySegment errno = Libc.newErrno();
    private final MemorySegment asked = Arena.ofAuto().allocate(EVENT, 8);
    private final MemorySegment events;
    private boolean closed;

    /**
     * @param most events told by one {@link #poll}
     * @throws NativeCallException EMFILE without a free file
     */
    public EventQueue(int most) {
        this.most = most;
        events = Arena.ofAuto().allocate(EVENT * most, 8);
        fd = Libc.epollCreate(errno, EPOLL_CLOEXEC);
        if (fd < 0) {
            throw new NativeCallException("making an event queue", -fd);
        }
    }

    /**
     * From now on the socket's events are told: connected or refused, something to read in either queue. They are told again until what they tell
     * of is taken.
     *
     * @param token told back with each event; never one that was used for a socket closed lately, whose last event may be under way
     * @return 0 or the negative errno
     */
    public int add(NativeSocket socket, boolean untilWritable, long token) {
        asked.set(JAVA_INT, 0, untilWritable ? EPOLLOUT : EPOLLIN);
        asked.set(TOKEN, DATA, token);
        return Libc.epollControl(errno, fd, EPOLL_CTL_ADD, socket.fd(), asked);
    }

    /** How many sockets have something to tell, without waiting; at most as many as fit, the others come with the next call. */
    public int poll() {
        return Math.max(0, Libc.epollWait(fd, events, most, 0));
    }

    public int most() {
        return most;
    }

    /** Of the last {@link #poll}. */
    public long token(int event) {
        return events.get(TOKEN, EVENT * event + DATA);
    }

    /** Whether the socket has an error to tell, in its error queue or of the connection. Of the last {@link #poll}. */
    public boolean isError(int event) {
        return (events.get(ValueLayout.JAVA_INT_UNALIGNED, EVENT * event) & EPOLLERR) != 0;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
