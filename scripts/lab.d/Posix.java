import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/** The system calls, with scratch memory of its own: for one thread at a time. */
final class Posix {

    private static final int O_RDONLY = 0;
    private static final int O_RDWR_NONBLOCK = 2 | 0x800;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final short POLLIN = 1;
    private static final int EAGAIN = 11;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
    private static final MethodHandle IOCTL = handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle PRCTL = handle("prctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), 1);
    private static final MethodHandle SETNS = handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 1);
    private static final MethodHandle READ = handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), 3);
    private static final MethodHandle WRITE = handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), 3);
    private static final MethodHandle PPOLL = handle("ppoll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS), 4);

    private final MemorySegment state = Arena.global().allocate(STATE);
    private final MemorySegment pollDescriptor = Arena.global().allocate(8, 8);
    private final MemorySegment timeout = Arena.global().allocate(16, 8);

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, int fixedArguments) {
        Linker.Option errno = Linker.Option.captureCallState("errno");
        MemorySegment function = LINKER.defaultLookup().findOrThrow(name);
        return fixedArguments == descriptor.argumentLayouts().size()
                ? LINKER.downcallHandle(function, descriptor, errno)
                : LINKER.downcallHandle(function, descriptor, errno, Linker.Option.firstVariadicArg(fixedArguments));
    }

    void enter(String namespaceFile) {
        int descriptor = open(namespaceFile, O_RDONLY);
        try {
            if ((int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET) != 0) {
                throw failure("setns " + namespaceFile);
            }
            int _ = (int) CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    int open(String path) {
        return open(path, O_RDWR_NONBLOCK);
    }

    private int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags);
            if (descriptor < 0) {
                throw failure("open " + path);
            }
            return descriptor;
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    void configure(int descriptor, long request, MemorySegment argument, String what) {
        try {
            if ((int) IOCTL.invokeExact(state, descriptor, request, argument) != 0) {
                throw failure("taking hold of " + what);
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Linux lets a timer of an ordinary thread be 50 us late, to save power. */
    void sharpenTimers() {
        try {
            int _ = (int) PRCTL.invokeExact(state, PR_SET_TIMERSLACK, 1L);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** The packet's length, or 0 if none waits. */
    long read(int descriptor, MemorySegment packet) {
        try {
            long length = (long) READ.invokeExact(state, descriptor, packet, packet.byteSize());
            if (length < 0 && errno() != EAGAIN) {
                throw failure("read from the TUN device");
            }
            return Math.max(length, 0);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** False if the device did not take it. */
    boolean write(int descriptor, MemorySegment packet, long length) {
        try {
            return (long) WRITE.invokeExact(state, descriptor, packet, length) == length;
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    void awaitReadable(int descriptor, long nanos) {
        pollDescriptor.set(JAVA_INT, 0, descriptor);
        pollDescriptor.set(JAVA_SHORT, 4, POLLIN);
        timeout.set(JAVA_LONG, 0, nanos / 1_000_000_000);
        timeout.set(JAVA_LONG, 8, nanos % 1_000_000_000);
        try {
            int _ = (int) PPOLL.invokeExact(state, pollDescriptor, 1L, timeout, MemorySegment.NULL);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(what + " failed, errno " + errno());
    }

    private static RuntimeException unchecked(Throwable e) {
        return e instanceof RuntimeException already ? already : new IllegalStateException(e);
    }
}
