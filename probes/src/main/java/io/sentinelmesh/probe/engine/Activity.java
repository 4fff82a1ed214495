package io.sentinelmesh.probe.engine;

import java.util.List;

import io.sentinelmesh.probe.nativenet.Pollable;

/** One kind's part in the engine's work. Everything here is called on the engine thread; nothing blocks or, in steady state, allocates. */
public interface Activity extends AutoCloseable {

    /** The engine calls {@link #step} at least so often: for new targets and for the listener's tick. */
    long LONGEST_SLEEP_NANOS = 50_000_000L;
    /**
     * What is due within so much is slept for without listening: the kernel stamps what comes in meanwhile. Each wake-up costs some 150 us beyond its
     * packets where the machine's caches went cold, so a slow pace is worth a longer tick (ADR 0008).
     */
    long LONGEST_TICK_NANOS = 25_000_000L;

    /**
     * Sends what is due, reads what came in, settles what is overdue.
     *
     * @param now monotonic nanoseconds
     * @return when it wants to be called next, monotonic; {@link Long#MAX_VALUE} if only a packet could give it something to do. It may be called
     *         earlier
     */
    long step(long now);

    /**
     * Whether what comes in must be heard at once, however near the next {@link #step} is, since no kernel stamp says when it came. Asked before each
     * sleep.
     */
    default boolean wakesOnPacket() {
        return false;
    }

    /** What ends the engine's sleep; the same list for the activity's whole life. */
    List<Pollable> pollables();

    /** Frees the sockets. Called once, when the engine thread ends. */
    @Override
    void close();
}
