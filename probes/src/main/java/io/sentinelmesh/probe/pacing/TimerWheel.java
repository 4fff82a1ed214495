package io.sentinelmesh.probe.pacing;

import java.util.Arrays;

/**
 * Many timers, each known by a small number, in one hashed wheel: arming, cancelling and firing take the same time however many there are, and
 * allocate nothing. A slot is a tick of about a millisecond wide; a deadline further away than a revolution waits in its slot for its round.
 * Fires in the order of ticks, and in a tick in the order of arming; never before the deadline. Times are monotonic nanoseconds. One thread.
 */
public final class TimerWheel {

    /** No timer. */
    public static final int NONE = -1;

    /** A tick is 2 to this power nanoseconds: 1.05 ms, found by a shift. */
    private static final int TICK_BITS = 20;
    /** A revolution is 4.3 s, so that timers of the usual second never share a slot with those of another round. */
    private static final int SLOTS = 1 << 12;

    private final int[] heads = new int[SLOTS];
    private final int[] tails = new int[SLOTS];
    /** A bit for each slot that holds a timer. */
    private final long[] occupied = new long[SLOTS / Long.SIZE];
    private long[] deadlines;
    private long[] ticks;
    private int[] next;
    private int[] previous;
    private boolean[] armed;
    private int size;
    /** No timer is left in a tick before this one. */
    private long cursor;
    private long earliest;
    private boolean earliestKnown;

    /** @param timers their numbers are 0 to timers - 1 */
    public TimerWheel(int timers, long now) {
        deadlines = new long[timers];
        ticks = new long[timers];
        next = new int[timers];
        previous = new int[timers];
        armed = new boolean[timers];
        Arrays.fill(heads, NONE);
        Arrays.fill(tails, NONE);
        cursor = tick(now);
    }

    /** From now on the numbers are 0 to timers - 1; none is taken away. Nothing armed changes. */
    public void grow(int timers) {
        if (timers > armed.length) {
            deadlines = Arrays.copyOf(deadlines, timers);
            ticks = Arrays.copyOf(ticks, timers);
            next = Arrays.copyOf(next, timers);
            previous = Arrays.copyOf(previous, timers);
            armed = Arrays.copyOf(armed, timers);
        }
    }

    private static long tick(long nanos) {
        return nanos >> TICK_BITS;
    }

    private static int slot(long tick) {
        return (int) (tick & (SLOTS - 1));
    }

    public boolean isArmed(int timer) {
        return armed[timer];
    }

    /** Moves it if it is armed already. A deadline that has passed fires at the next {@link #poll}. */
    public void arm(int timer, long deadline) {
        cancel(timer);
        long tick = Math.max(tick(deadline), cursor);
        int slot = slot(tick);
        deadlines[timer] = deadline;
        ticks[timer] = tick;
        armed[timer] = true;
        next[timer] = NONE;
        previous[timer] = tails[slot];
        if (tails[slot] == NONE) {
            heads[slot] = timer;
            occupied[slot >> 6] |= 1L << slot;
        } else {
            next[tails[slot]] = timer;
        }
        tails[slot] = timer;
        if (size++ == 0) {
            earliest = deadline;
            earliestKnown = true;
        } else if (earliestKnown) {
            earliest = Math.min(earliest, deadline);
        }
    }

    public void cancel(int timer) {
        if (!armed[timer]) {
            return;
        }
        armed[timer] = false;
        int slot = slot(ticks[timer]);
        int before = previous[timer];
        int after = next[timer];
        if (before == NONE) {
            heads[slot] = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            tails[slot] = before;
        } else {
            previous[after] = before;
        }
        if (heads[slot] == NONE) {
            occupied[slot >> 6] &= ~(1L << slot);
        }
        size--;
        earliestKnown &= deadlines[timer] > earliest;
    }

    /** A timer whose deadline has come, which is armed no more; {@link #NONE} if there is none. */
    public int poll(long now) {
        long last = tick(now);
        while (size > 0) {
            for (int timer = heads[slot(cursor)]; timer != NONE; timer = next[timer]) {
                if (deadlines[timer] <= now) {
                    cancel(timer);
                    return timer;
                }
            }
            if (cursor >= last) {
                return NONE;
            }
            cursor = Math.min(last, cursor + 1 + ticksUntilOccupied(cursor + 1));
        }
        cursor = Math.max(cursor, last);
        return NONE;
    }

    /** From this tick to the first whose slot holds a timer, of whatever round; some slot does. */
    private int ticksUntilOccupied(long tick) {
        int from = slot(tick);
        int word = from >> 6;
        long bits = occupied[word] & -1L << from;
        for (int looked = 0; looked <= occupied.length; looked++) {
            if (bits != 0) {
                int found = (word << 6) + Long.numberOfTrailingZeros(bits);
                return found - from & SLOTS - 1;
            }
            word = word + 1 & occupied.length - 1;
            bits = occupied[word];
        }
        return SLOTS;
    }

    /** The earliest deadline; {@link Long#MAX_VALUE} if nothing is armed. Searches all timers if none is due within a revolution. */
    public long earliest() {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        if (!earliestKnown) {
            earliest = findEarliest();
            earliestKnown = true;
        }
        return earliest;
    }

    private long findEarliest() {
        long end = cursor + SLOTS;
        for (long tick = cursor + ticksUntilOccupied(cursor); tick < end; tick += 1 + ticksUntilOccupied(tick + 1)) {
            long found = Long.MAX_VALUE;
            for (int timer = heads[slot(tick)]; timer != NONE; timer = next[timer]) {
                if (ticks[timer] == tick) {
                    found = Math.min(found, deadlines[timer]);
                }
            }
            if (found < Long.MAX_VALUE) {
                return found;
            }
        }
        long found = Long.MAX_VALUE;
        for (int timer = 0; timer < armed.length; timer++) {
            if (armed[timer]) {
                found = Math.min(found, deadlines[timer]);
            }
        }
        return found;
    }
}
