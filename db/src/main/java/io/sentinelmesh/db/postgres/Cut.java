package io.sentinelmesh.db.postgres;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.db.Tiers.Tier;

/**
 * A table and how it is cut along time.
 *
 * @param days in one partition; partitions begin at multiples of it since 1970
 */
record Cut(Tier tier, String table, int days, String storage) {

    /** Rows of several kilobytes stay in their page: reading a pair's history takes one page a row and not three. */
    private static final String IN_PAGE = " WITH (toast_tuple_target = 8160)";

    static final Cut RAW = new Cut(Tier.RAW, "tile", 1, "");
    static final Cut MINUTES = new Cut(Tier.MINUTE, "tile_minute", 7, IN_PAGE);
    static final Cut HOURS = new Cut(Tier.HOUR, "tile_hour", 28, IN_PAGE);

    static final Cut METRIC_SAMPLES = new Cut(Tier.METRIC_RAW, "metric_sample", 1, "");
    static final Cut METRIC_MINUTES = new Cut(Tier.METRIC_MINUTE, "metric_minute", 7, "");
    /** In days a view that asks for the last ones would lock 400 tables and their indexes to plan: more locks than a small server has. */
    static final Cut METRIC_HOURS = new Cut(Tier.METRIC_HOUR, "metric_hour", 28, "");
    private static final List<Cut> ALL = List.of(RAW, MINUTES, HOURS, METRIC_SAMPLES, METRIC_MINUTES, METRIC_HOURS);

    /** Empty for a table that is kept in one piece. */
    static Optional<Cut> of(String table) {
        return ALL.stream().filter(cut -> cut.table().equals(table)).findFirst();
    }

    /** The first day of the partition that holds an instant. */
    LocalDate firstDay(Instant time) {
        long day = LocalDate.ofInstant(time, ZoneOffset.UTC).toEpochDay();
        return LocalDate.ofEpochDay(Math.floorDiv(day, days) * days);
    }

    /** When the partition with this first day is over. */
    Instant end(LocalDate firstDay) {
        return firstDay.plusDays(days).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
