package io.sentinelmesh.aggregator.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

import io.sentinelmesh.db.reads.Objective;
import io.sentinelmesh.db.reads.Slot;
import io.sentinelmesh.db.reads.Window;
import io.vertx.core.MultiMap;

/** What is asked of availability, checked. */
record AvailabilityQuery(ReportQuery report, Objective objective, Slot slot, List<Window> excluded,
        boolean bySitePair) {

    static final int MOST_EXCLUDED = 100;
    static final double DEFAULT_MOST_LOSS_RATIO = 0.05;

    /** Longer windows are counted by the hour unless minutes are asked for. */
    private static final Duration MINUTES_UP_TO = Duration.ofDays(7);
    private static final Set<String> FURTHER = Set.of("by", "source", "destination", "maxLossRatio",
            "maxMedianMicros", "slot", "exclude");
    /** Longer than any delay that can be stored. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final int MOST_MICROS = Integer.MAX_VALUE;

    /**
     * @param minutesKept how far back there are minutes
     * @throws BadParameterException naming the first parameter that makes no sense, and how to write it
     */
    static AvailabilityQuery parse(MultiMap query, Instant now, Duration minutesKept) {
        ReportQuery report = ReportQuery.parse(query, FURTHER, now);
        return new AvailabilityQuery(report, new Objective(lossRatio(query), median(query)),
                slot(query, report.window(), now.minus(minutesKept)), excluded(query), bySitePair(query));
    }

    private static boolean bySitePair(MultiMap query) {
        String text = query.get("by");
        if (text != null && !text.equals("pair") && !text.equals("site-pair")) {
            throw new BadParameterException("by", "unknown", "write pair or site-pair");
        }
        return "site-pair".equals(text);
    }

    private static double lossRatio(MultiMap query) {
        String text = query.get("maxLossRatio");
        if (text == null) {
            return DEFAULT_MOST_LOSS_RATIO;
        }
        if (!text.matches("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?")) {
            throw new BadParameterException("maxLossRatio", "no share", "write a number from 0 to 1, such as 0.02");
        }
        return Double.parseDouble(text);
    }

    private static OptionalInt median(MultiMap query) {
        String text = query.get("maxMedianMicros");
        if (text == null) {
            return OptionalInt.empty();
        }
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) < 1 || Long.parseLong(text) > MOST_MICROS) {
            throw new BadParameterException("maxMedianMicros", "no delay",
                    "write whole microseconds from 1 to " + MOST_MICROS);
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private static Slot slot(MultiMap query, Window window, Instant minutesSince) {
        boolean minutes = !window.from().isBefore(minutesSince);
        String text = query.get("slot");
        if (text == null) {
            return minutes && window.length().compareTo(MINUTES_UP_TO) <= 0 ? Slot.MINUTE : Slot.HOUR;
        }
        return switch (text) {
            case "minute" -> {
                if (!minutes) {
                    throw new BadParameterException("slot", "finer than what is kept of this window",
                            "write hour, or begin after " + minutesSince);
                }
                yield Slot.MINUTE;
            }
            case "hour" -> Slot.HOUR;
            default -> throw new BadParameterException("slot", "unknown", "write minute or hour");
        };
    }

    private static List<Window> excluded(MultiMap query) {
        List<String> texts = query.getAll("exclude");
        String how = "write FROM/TO, both RFC 3339, such as 2026-01-31T22:00:00Z/2026-01-31T23:30:00Z; repeat it for "
                + "more, up to " + MOST_EXCLUDED;
        if (texts.size() > MOST_EXCLUDED) {
            throw new BadParameterException("exclude", "given " + texts.size() + " times", how);
        }
        List<Window> excluded = new ArrayList<>();
        for (String text : texts) {
            int slash = text.indexOf('/');
            try {
                Window window = new Window(OffsetDateTime.parse(text.substring(0, Math.max(0, slash))).toInstant(),
                        OffsetDateTime.parse(text.substring(slash + 1)).toInstant());
                if (window.from().isBefore(Instant.EPOCH) || window.to().isAfter(LATEST)) {
                    throw new IllegalArgumentException("before 1970 or after 9999");
                }
                excluded.add(window);
            } catch (DateTimeException | IllegalArgumentException noWindow) {
                throw new BadParameterException("exclude", "no window", how);
            }
        }
        return excluded;
    }
}
