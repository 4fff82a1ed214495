package io.sentinelmesh.agent.plan;

import java.time.Duration;

/** Checks of a policy's values, and what is said when one fails: the key, what is allowed, what came instead, in one line. */
final class PolicyText {

    private static final int MOST_SHOWN = 80;

    private PolicyText() {
    }

    /** A text from outside as it may stand in a log line. */
    static String shown(String text) {
        String clean = text.replaceAll("\\p{Cc}", "?");
        return clean.length() <= MOST_SHOWN ? clean : clean.substring(0, MOST_SHOWN) + "...";
    }

    static void requireBetween(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "\"%s\": expected %d to %d, not %d".formatted(key, least, most, value));
        }
    }

    static void requireBetween(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("\"%s\": expected %s to %s, not %s".formatted(key, words(least),
                    words(most), words(value)));
        }
    }

    static void requireAtMost(String key, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException(
                    "\"%s\": expected at most %d entries, not %d".formatted(key, most, count));
        }
    }

    /** A duration in its largest whole unit, as people write it. */
    static String words(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0";
        }
        if (millis % 86_400_000 == 0) {
            return millis / 86_400_000 + " d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + " h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + " min";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }
}
