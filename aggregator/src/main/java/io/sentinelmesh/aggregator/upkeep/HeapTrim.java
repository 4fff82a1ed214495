package io.sentinelmesh.aggregator.upkeep;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Asks for a full collection when the old part of the heap has grown by much since the last one. The serial collector lets it grow to its limit before it
 * looks what of it is needed, and only then gives back what is not; a full collection of a mesh of a million pairs takes some 0.2 s.
 */
public final class HeapTrim implements Runnable {

    /** What a minute of 100,000 results a second leaves there is about as much. */
    static final long GROWN_BYTES = 48L << 20;
    public static final Duration EVERY = Duration.ofSeconds(30);

    private final LongSupplier oldBytes;
    private final Runnable collect;
    private long afterLast;

    HeapTrim(LongSupplier oldBytes, Runnable collect) {
        this.oldBytes = oldBytes;
        this.collect = collect;
    }

    /** Of this JVM; empty if its collector has no old part that works like that. */
    public static Optional<HeapTrim> ofThisJvm() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getName().equals("Tenured Gen"))
                .findFirst().map(pool -> new HeapTrim(() -> used(pool), System::gc));
    }

    private static long used(MemoryPoolMXBean pool) {
        MemoryUsage usage = pool.getUsage();
        return usage == null ? 0 : usage.getUsed();
    }

    @Override
    public void run() {
        long now = oldBytes.getAsLong();
        if (now - afterLast >= GROWN_BYTES) {
            collect.run();
            now = oldBytes.getAsLong();
            afterLast = now;
        }
        // The JVM may have collected by itself meanwhile.
        afterLast = Math.min(afterLast, now);
    }
}
