package io.sentinelmesh.agent.round;

import java.util.concurrent.atomic.AtomicLong;

import io.sentinelmesh.probe.nativenet.Errno;

/** How many test packets met which fate: what tells whether this host could do its part. Written by the engine thread, read by any. */
public final class FateCounts {

    /** A constant text, so that comparing costs nothing. A host without IPv6 is no worse at measuring IPv4. */
    private static final String NO_SUCH_FAMILY = Errno.describe(Errno.EAFNOSUPPORT);

    private final AtomicLong due = new AtomicLong();
    private final AtomicLong sendErrors = new AtomicLong();
    private final AtomicLong disturbed = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();

    /**
     * @param due packets whose fate is known, or which did not leave
     * @param sendErrors of these, those that did not leave, for whatever reason but a family that this host does not speak
     * @param disturbed of these, those that are neither lost nor measured
     */
    public record Counts(long due, long sendErrors, long disturbed, long duplicates) {
    }

    void settled() {
        grow(due);
    }

    void notSent(String cause) {
        grow(due);
        if (!cause.equals(NO_SUCH_FAMILY)) {
            grow(sendErrors);
        }
    }

    void disturbed() {
        grow(due);
        grow(disturbed);
    }

    void duplicate() {
        grow(duplicates);
    }

    private static void grow(AtomicLong count) {
        count.setRelease(count.getPlain() + 1); // one writer
    }

    public Counts now() {
        return new Counts(due.getAcquire(), sendErrors.getAcquire(), disturbed.getAcquire(), duplicates.getAcquire());
    }
}
