package io.sentinelmesh.measurement;

/**
 * Answered or not, for the newest test packets of a pair, across rounds: what tells an outage that goes on from one that is over.
 *
 * @param lostMask bit 0 is the newest packet; a set bit was lost or refused
 * @param count how many bits have meaning, 0 to 64
 */
public record RecentFates(long lostMask, int count) {

    public static final int CAPACITY = 64;
    /** This many packets in a row unanswered are an outage; as many answered end it (docs/states.md). */
    public static final int OUTAGE_PACKETS = 3;
    public static final RecentFates NONE = new RecentFates(0, 0);

    public RecentFates {
        if (count < 0 || count > CAPACITY) {
            throw new IllegalArgumentException("recent fates of 0 to 64 packets, not " + count);
        }
        if (count < CAPACITY && lostMask >>> count != 0) {
            throw new IllegalArgumentException("lost mask has bits beyond its " + count + " packets");
        }
    }

    public RecentFates plus(boolean lost) {
        return new RecentFates(lostMask << 1 | (lost ? 1 : 0), Math.min(count + 1, CAPACITY));
    }

    /**
     * @param age 0 is the newest packet
     */
    public boolean lost(int age) {
        if (age < 0 || age >= count) {
            throw new IndexOutOfBoundsException("packet " + age + " of " + count);
        }
        return (lostMask >>> age & 1) != 0;
    }

    /** How many of the newest packets in a row went unanswered. */
    public int unansweredRun() {
        return Math.min(Long.numberOfTrailingZeros(~lostMask), count);
    }
}
