package io.sentinelmesh.probe.stamp;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** What became of the packets that reached a reflector. Written by its thread, read by any. */
public final class ReflectorCounters {

    final AtomicLong reflected = new AtomicLong();
    final AtomicLong evictions = new AtomicLong();
    private final Map<NotReflected, AtomicLong> dropped = new EnumMap<>(NotReflected.class);

    ReflectorCounters() {
        for (NotReflected reason : NotReflected.values()) {
            dropped.put(reason, new AtomicLong());
        }
    }

    void drop(NotReflected reason) {
        of(reason).incrementAndGet();
    }

    /** Answers that left. */
    public long reflected() {
        return reflected.get();
    }

    public long dropped(NotReflected reason) {
        return of(reason).get();
    }

    /** Sessions and peers in use that gave way to others since the tables were full: their counters began anew. */
    public long evictions() {
        return evictions.get();
    }

    private AtomicLong of(NotReflected reason) {
        return Objects.requireNonNull(dropped.get(reason));
    }
}
