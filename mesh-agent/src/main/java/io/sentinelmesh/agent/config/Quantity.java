package io.sentinelmesh.agent.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times as people write them. */
final class Quantity {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,12}) ?([A-Za-z]*)");
    private static final Map<String, Long> BYTES = Map.of("", 1L, "B", 1L, "KIB", 1L << 10, "MIB", 1L << 20, "GIB",
            1L << 30, "TIB", 1L << 40);
    private static final Map<String, Duration> TIMES = Map.of("S", Duration.ofSeconds(1), "M", Duration.ofMinutes(1),
            "H", Duration.ofHours(1), "D", Duration.ofDays(1));
    private static final long LEAST_SPOOL_BYTES = 1 << 20;
    private static final long MOST_SPOOL_BYTES = 1L << 42;
    private static final Duration LEAST_SPOOL_AGE = Duration.ofMinutes(1);
    private static final Duration MOST_SPOOL_AGE = Duration.ofDays(366);

    private Quantity() {
    }

    static long bytes(String text, String place) {
        Matcher parts = FORM.matcher(text.strip());
        Long unit = parts.matches() ? BYTES.get(parts.group(2).toUpperCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new ConfigException(place + ": write a size such as 512MiB or 2GiB, not '" + text + "'");
        }
        long number = Long.parseLong(parts.group(1));
        if (number > MOST_SPOOL_BYTES / unit || number * unit < LEAST_SPOOL_BYTES) {
            throw new ConfigException(place + ": a spool has 1MiB to 4TiB, not '" + text + "'");
        }
        return number * unit;
    }

    static Duration time(String text, String place) {
        Matcher parts = FORM.matcher(text.strip());
        Duration unit = parts.matches() ? TIMES.get(parts.group(2).toUpperCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new ConfigException(place + ": write a time such as 90m, 12h or 7d, not '" + text + "'");
        }
        long number = Long.parseLong(parts.group(1));
        Duration time = number > MOST_SPOOL_AGE.toSeconds() ? MOST_SPOOL_AGE.plusSeconds(1) : unit.multipliedBy(number);
        if (time.compareTo(LEAST_SPOOL_AGE) < 0 || time.compareTo(MOST_SPOOL_AGE) > 0) {
            throw new ConfigException(place + ": a spool keeps rounds for 1m to 366d, not '" + text + "'");
        }
        return time;
    }
}
