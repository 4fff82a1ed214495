package io.sentinelmesh.probe.kind;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as users write them: 200ms, 0.5s, 2m. */
final class Durations {

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(us|ms|s|m|h|)");

    private Durations() {
    }

    static Duration parse(String text, Duration least, Duration most) {
        Matcher written = WRITTEN.matcher(text.strip());
        if (written.matches()) {
            BigDecimal nanos = new BigDecimal(written.group(1)).multiply(BigDecimal.valueOf(unit(written.group(2))));
            Duration value = Duration.ofNanos(nanos.longValue());
            if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                "expected a time such as 200ms, 1s or 2m, from " + text(least) + " to " + text(most));
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 1_000_000_000L;
        };
    }

    /** In the largest unit that makes a whole number of it. */
    static String text(Duration duration) {
        long nanos = duration.toNanos();
        for (String unit : new String[]{"h", "m", "s", "ms"}) {
            if (nanos % unit(unit) == 0) {
                return nanos / unit(unit) + unit;
            }
        }
        return nanos / 1_000 + "us";
    }
}
