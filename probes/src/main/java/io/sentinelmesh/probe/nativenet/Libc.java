package io.sentinelmesh.probe.nativenet;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The C library's functions as Java methods. Each answers what the C function answers, except that a failure is the negative errno (as the
 * kernel itself says it). {@code errno} is a piece of memory from {@link #newErrno()}, one per thread that is calling. Catching it costs an object
 * of 40 bytes per call unless the optimizing compiler runs, so what engines call without asking why it failed goes without: it answers -1.
 */
final class Libc {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = ERRNO_LAYOUT.varHandle(PathElement.groupElement("errno"));

    // Static and final, so that the just-in-time compiler sees through them.
    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT = function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
            JAVA_INT);
    private static final MethodHandle SENDMMSG = quickFunction("sendmmsg", JAVA_INT, ADDRESS, JAVA_INT,
            JAVA_INT);
    private static final MethodHandle RECVMMSG = quickFunction("recvmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT,
            ADDRESS);
    private static final MethodHandle PPOLL = quickFunction("ppoll", ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    /** Takes some 20 ns and never blocks, so it may skip the transition that lets a garbage collection begin. */
    private static final MethodHandle CLOCK_GETTIME = LINKER.downcallHandle(symbol("clock_gettime"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS), Linker.Option.critical(false));

    private Libc() {
    }

    // Binding a call of a new shape takes the JVM some 10 ms. What an engine does not need for its first packet is bound when it is used.

    private static final class Connecting {
        static final MethodHandle BIND = function("bind", JAVA_INT, ADDRESS, JAVA_INT);
        static final MethodHandle CONNECT = function("connect", JAVA_INT, ADDRESS, JAVA_INT);
    }

    private static final class Asking {
        static final MethodHandle GETSOCKNAME = function("getsockname", JAVA_INT, ADDRESS, ADDRESS);
        static final MethodHandle GETSOCKOPT = function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    }

    private static final class Watching {
        static final MethodHandle EPOLL_CREATE = function("epoll_create1", JAVA_INT);
        static final MethodHandle EPOLL_CTL = function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
        static final MethodHandle EPOLL_WAIT = quickFunction("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    }

    private static final class Failing {
        static final MethodHandle SENDMMSG = function("sendmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    }

    private static final class Ending {
        static final MethodHandle CLOSE = quickFunction("close", JAVA_INT);
    }

    /** Whether the layouts and numbers of this package are those of the running system. */
    static boolean fitsThisSystem() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux") && ADDRESS.byteSize() == 8
                && LINKER.defaultLookup().find("sendmmsg").isPresent();
    }

    static MemorySegment newErrno() {
        return Arena.ofAuto().allocate(ERRNO_LAYOUT);
    }

    static int socket(MemorySegment errno, int domain, int type, int protocol) {
        try {
            return orErrno(errno, (int) SOCKET.invokeExact(errno, domain, type, protocol));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int bind(MemorySegment errno, int fd, MemorySegment address, int length) {
        try {
            return orErrno(errno, (int) Connecting.BIND.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int connect(MemorySegment errno, int fd, MemorySegment address, int length) {
        try {
            return orErrno(errno, (int) Connecting.CONNECT.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int getsockname(MemorySegment errno, int fd, MemorySegment address, MemorySegment length) {
        try {
            return orErrno(errno, (int) Asking.GETSOCKNAME.invokeExact(errno, fd, address, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int getsockopt(MemorySegment errno, int fd, int level, int option, MemorySegment value,
            MemorySegment length) {
        try {
            return orErrno(errno, (int) Asking.GETSOCKOPT.invokeExact(errno, fd, level, option, value, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int setsockopt(MemorySegment errno, int fd, int level, int option, MemorySegment value) {
        try {
            return orErrno(errno,
                    (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, Math.toIntExact(value.byteSize())));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Asks again for the reason if nothing left: see {@link #quickFunction}. */
    static int sendmmsg(MemorySegment errno, int fd, MemorySegment headers, int count, int flags) {
        try {
            int sent = (int) SENDMMSG.invokeExact(fd, headers, count, flags);
            return sent >= 0
                    ? sent
                    : orErrno(errno, (int) Failing.SENDMMSG.invokeExact(errno, fd, headers, count, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Without a reason: negative if nothing was there. */
    static int recvmmsg(int fd, MemorySegment headers, int count, int flags) {
        try {
            return (int) RECVMMSG.invokeExact(fd, headers, count, flags, MemorySegment.NULL);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Without a reason: negative if it could not wait, or was interrupted. */
    static int ppoll(MemorySegment fds, long count, MemorySegment timeout) {
        try {
            return (int) PPOLL.invokeExact(fds, count, timeout, MemorySegment.NULL);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int epollCreate(MemorySegment errno, int flags) {
        try {
            return orErrno(errno, (int) Watching.EPOLL_CREATE.invokeExact(errno, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int epollControl(MemorySegment errno, int queue, int operation, int fd, MemorySegment event) {
        try {
            return orErrno(errno, (int) Watching.EPOLL_CTL.invokeExact(errno, queue, operation, fd, event));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int epollWait(int queue, MemorySegment events, int most, int millis) {
        try {
            return (int) Watching.EPOLL_WAIT.invokeExact(queue, events, most, millis);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int close(int fd) {
        try {
            return (int) Ending.CLOSE.invokeExact(fd);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int clockGettime(int clock, MemorySegment timespec) {
        try {
            return (int) CLOCK_GETTIME.invokeExact(clock, timespec);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static int orErrno(MemorySegment errno, int result) {
        return result >= 0 ? result : -(int) ERRNO.get(errno, 0L);
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /**
     * The same without errno. Each call that captures errno allocates 40 bytes (the JDK slices the piece of memory it is given, and only C2 sees
     * through that), which at 100 ticks a second is most of what an engine would allocate.
     */
    private static MethodHandle quickFunction(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    }

    /** A method handle declares Throwable; these throw only for a programming error. */
    private static RuntimeException impossible(Throwable e) {
        return e instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
}
