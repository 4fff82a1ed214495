package io.sentinelmesh.probe.icmp;

import java.util.Arrays;

/**
 * What was sent, by sequence number: a ring that grows when it must and then allocates nothing more. A packet stays, answered or not, at least
 * until its time is over and from then on as long as its place is not needed, so that a second answer, or a late one, is known for what it is.
 * One thread.
 */
final class PacketsUnderWay {

    /** In the ring's order: a packet moves from waiting to one of the rest, once. */
    static final byte WAITING = 0;
    /** Waiting too, and the kernel said when it left. */
    static final byte STAMPED = 1;
    static final byte ANSWERED = 2;
    /** Its fate is told and nothing more is to be said of it. */
    static final byte SETTLED = 3;

    static final int FIRST_CAPACITY = 1 << 10;
    /** 22 MB; at a loss threshold of one second a million packets each second. */
    static final int MOST = 1 << 20;

    /** No sequence number: the ring is full. */
    static final long FULL = -1;

    /** In the number of its target: the packet belongs to a confirm burst. */
    private static final int BURST = 1 << 31;

    private int capacity = FIRST_CAPACITY;
    private int[] targets = new int[capacity];
    private long[] sentMonotonic = new long[capacity];
    private long[] sentWall = new long[capacity];
    private byte[] states = new byte[capacity];
    /** Of those still in the ring. */
    private long first;
    /** The oldest whose time is not over. */
    private long oldest;
    private long end;

    /** Takes the next sequence number for a packet of the pace that is about to leave, or answers {@link #FULL}. */
    long add(int target, long monotonicNanos, long wallNanos) {
        return take(target, monotonicNanos, wallNanos);
    }

    /** The same for a packet of a confirm burst. */
    long addOfBurst(int target, long monotonicNanos, long wallNanos) {
        return take(target | BURST, monotonicNanos, wallNanos);
    }

    private long take(int marked, long monotonicNanos, long wallNanos) {
        if (end - first == capacity) {
            if (first < oldest) {
                first++;
            } else if (!grow()) {
                return FULL;
            }
        }
        int slot = slot(end);
        targets[slot] = marked;
        sentMonotonic[slot] = monotonicNanos;
        sentWall[slot] = wallNanos;
        states[slot] = WAITING;
        return end++;
    }

    private boolean grow() {
        if (capacity == MOST) {
            return false;
        }
        int old = capacity;
        capacity = 2 * old;
        targets = Arrays.copyOf(targets, capacity);
        sentMonotonic = Arrays.copyOf(sentMonotonic, capacity);
        sentWall = Arrays.copyOf(sentWall, capacity);
        states = Arrays.copyOf(states, capacity);
        for (long sequence = first; sequence < end; sequence++) {
            int from = (int) (sequence & (old - 1));
            int to = slot(sequence);
            targets[to] = targets[from];
            sentMonotonic[to] = sentMonotonic[from];
            sentWall[to] = sentWall[from];
            states[to] = states[from];
        }
        return true;
    }

    private int slot(long sequence) {
        return (int) (sequence & (capacity - 1));
    }

    /** Whether the time of all is over. */
    boolean isEmpty() {
        return oldest == end;
    }

    /** The oldest sequence number whose time is not over. */
    long oldest() {
        return oldest;
    }

    /** The sequence number that the next packet will get. */
    long end() {
        return end;
    }

    /** Whether it is still in the ring. */
    boolean knows(long sequence) {
        return sequence >= first && sequence < end;
    }

    /** Whether its time is not over. */
    boolean isInTime(long sequence) {
        return sequence >= oldest && sequence < end;
    }

    /** The newest packet in time whose sequence number ends in these 16 bits, or -1. */
    long newestEndingIn(int sequence16) {
        long back = (end - 1 - sequence16) & 0xffff;
        long candidate = end - 1 - back;
        return isInTime(candidate) ? candidate : -1;
    }

    /** The oldest packet's time is over. */
    void passOldest() {
        oldest++;
    }

    int target(long sequence) {
        return targets[slot(sequence)] & ~BURST;
    }

    boolean isOfBurst(long sequence) {
        return targets[slot(sequence)] < 0;
    }

    long sentMonotonic(long sequence) {
        return sentMonotonic[slot(sequence)];
    }

    long sentWall(long sequence) {
        return sentWall[slot(sequence)];
    }

    byte state(long sequence) {
        return states[slot(sequence)];
    }

    boolean isWaiting(long sequence) {
        return states[slot(sequence)] <= STAMPED;
    }

    void stamp(long sequence, long wallNanos) {
        int slot = slot(sequence);
        sentWall[slot] = wallNanos;
        states[slot] = STAMPED;
    }

    void state(long sequence, byte state) {
        states[slot(sequence)] = state;
    }
}
