package io.sentinelmesh.wire;

import java.util.OptionalInt;

/**
 * The versions of the frame format that one program speaks, without a gap.
 *
 * @param oldest at most newest; unsigned, as all numbers from outside may be anything
 */
public record FormatRange(int oldest, int newest) {

    public FormatRange {
        if (Integer.compareUnsigned(oldest, newest) > 0) {
            throw new IllegalArgumentException("the oldest format version, " + Integer.toUnsignedString(oldest)
                    + ", is newer than the newest, " + Integer.toUnsignedString(newest));
        }
    }

    public boolean includes(int version) {
        return Integer.compareUnsigned(version, oldest) >= 0 && Integer.compareUnsigned(version, newest) <= 0;
    }

    /** The newest version that both speak; empty if there is none. */
    public OptionalInt agreed(FormatRange other) {
        int newestOfBoth = Integer.compareUnsigned(newest, other.newest) < 0 ? newest : other.newest;
        return includes(newestOfBoth) && other.includes(newestOfBoth)
                ? OptionalInt.of(newestOfBoth)
                : OptionalInt.empty();
    }

    /** Whether all of it is older than all of the other. */
    public boolean isBefore(FormatRange other) {
        return Integer.compareUnsigned(newest, other.oldest) < 0;
    }

    @Override
    public String toString() {
        return oldest == newest
                ? Integer.toUnsignedString(newest)
                : Integer.toUnsignedString(oldest) + " to " + Integer.toUnsignedString(newest);
    }
}
