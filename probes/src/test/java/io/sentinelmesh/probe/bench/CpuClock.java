package io.sentinelmesh.probe.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Processor time, user and system, in microseconds, as the kernel bills it: by getrusage(2), and of a running process by its CPU clock. */
final class CpuClock {

    private static final int RUSAGE_SELF = 0;
    private static final int RUSAGE_CHILDREN = -1;
    private static final long RUSAGE_BYTES = 144;

    private static final MethodHandle GETRUSAGE = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().find("getrusage").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle CLOCK_GETTIME = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().find("clock_gettime").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private CpuClock() {
    }

    /** All threads of this process. */
    static long ownMicros() {
        return micros(RUSAGE_SELF);
    }

    /** All child processes that have ended and were waited for. */
    static long childrenMicros() {
        return micros(RUSAGE_CHILDREN);
    }

    /** All threads of another process that still runs, those of its threads that ended included. */
    static long processMicros(long pid) {
        // As clock_getcpuclockid(3) makes it: the complement of the process, and 2 for the scheduler's own count.
        int clock = (~(int) pid << 3) | 2;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timespec = arena.allocate(16, 8);
            if ((int) CLOCK_GETTIME.invokeExact(clock, timespec) != 0) {
                throw new IllegalStateException("process " + pid + " has no CPU clock: it has ended");
            }
            return timespec.get(JAVA_LONG, 0) * 1_000_000 + timespec.get(JAVA_LONG, 8) / 1_000;
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static long micros(int who) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(RUSAGE_BYTES, 8);
            if ((int) GETRUSAGE.invokeExact(who, usage) != 0) {
                throw new IllegalStateException("getrusage failed");
            }
            // struct timeval user, system
            return (usage.get(JAVA_LONG, 0) + usage.get(JAVA_LONG, 16)) * 1_000_000 + usage.get(JAVA_LONG, 8)
                    + usage.get(JAVA_LONG, 24);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
