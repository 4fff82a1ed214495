package io.sentinelmesh.db.postgres;

import java.time.Duration;

import io.sentinelmesh.db.Retention;

/**
 * How long figures of hosts are kept. A minute is made anew whenever a reading comes late, and its hour from all its minutes then: so minutes have to
 * be there for longer than readings are taken, or a whole hour would be made from the one minute that is new.
 */
record MetricRetention(Duration samples, Duration minutes, Duration hours) {

    private static final Duration MINUTES = Duration.ofDays(30);
    private static final Duration HOURS = Duration.ofDays(400);
    private static final Duration MARGIN = Duration.ofDays(1);

    /** Samples are kept as long as rounds are. */
    static MetricRetention of(Retention retention) {
        Duration minutes = longer(MINUTES, retention.raw().plus(MARGIN));
        return new MetricRetention(retention.raw(), minutes, longer(HOURS, minutes));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
