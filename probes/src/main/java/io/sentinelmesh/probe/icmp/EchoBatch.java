package io.sentinelmesh.probe.icmp;

/** Requests on their way out, reused from tick to tick. One thread. */
final class EchoBatch {

    /** As many as one system call takes: enough to spread its cost, few enough to stay in the processor's cache. */
    static final int CAPACITY = 64;

    private final int[] destinations = new int[CAPACITY];
    private final long[] sequences = new long[CAPACITY];
    private final int[] errnos = new int[CAPACITY];
    private int size;

    void clear() {
        size = 0;
    }

    void add(int destination, long sequence) {
        destinations[size] = destination;
        sequences[size] = sequence;
        errnos[size] = 0;
        size++;
    }

    boolean isFull() {
        return size == CAPACITY;
    }

    int size() {
        return size;
    }

    /** The place in the list that {@link EchoSocket#destinations} was given. */
    int destination(int request) {
        return destinations[request];
    }

    long sequence(int request) {
        return sequences[request];
    }

    /** The request could not leave this host. */
    void notSent(int request, int errno) {
        errnos[request] = errno;
    }

    /** 0 if it left. */
    int errno(int request) {
        return errnos[request];
    }
}
