package io.sentinelmesh.agent.spool;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether a segment is older than rows may become. A clock that was set wrong and is set right again must not cost a spool: only a verdict that
 * stands for a while counts. Of the spool's thread.
 */
final class AgeLimit {

    /** So many looks in a row must find it too old: ten minutes and a half. */
    static final int LOOKS = 126;

    private static final Duration LONGEST_SEGMENT = Duration.ofHours(1);
    private static final int SEGMENTS_WITHIN_AGE = 8;

    private final Duration maxAge;
    private int looks;

    AgeLimit(Duration maxAge) {
        this.maxAge = maxAge;
    }

    /** To be asked at each {@link Backlog#upkeep}. */
    boolean isPassed(Segment oldest, Instant now) {
        if (!isOlder(oldest.newestMicros, maxAge, now)) {
            looks = 0;
            return false;
        }
        // It is a verdict on the clock as well, so it stands for every segment behind this one.
        looks++;
        return looks >= LOOKS;
    }

    /** Whether a segment has been written to for so long that it should end, so that it can be dropped for its age. */
    boolean isLong(Segment writing, Instant now) {
        Duration longest = maxAge.dividedBy(SEGMENTS_WITHIN_AGE);
        return writing.oldestMicros != Long.MAX_VALUE
                && isOlder(writing.oldestMicros, longest.compareTo(LONGEST_SEGMENT) < 0 ? longest : LONGEST_SEGMENT,
                        now);
    }

    private static boolean isOlder(long micros, Duration age, Instant now) {
        return micros != Long.MIN_VALUE && Micros.instant(micros).plus(age).isBefore(now);
    }
}
