package io.sentinelmesh.db;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Summaries by the minute and the hour, made from the rounds, and how much room each tier takes. */
public interface Tiers {

    /** Of rounds, then of figures of hosts; from fine to coarse. */
    enum Tier {
        RAW, MINUTE, HOUR, METRIC_RAW, METRIC_MINUTE, METRIC_HOUR
    }

    /**
     * Brings summaries up to date: those of periods that are over and got new rounds. Does a bounded amount of work; may be called by several
     * processes at once and be broken off at any time, nothing counts twice or gets lost.
     *
     * @return whether more could be done at once
     */
    boolean rollUp(Instant now);

    /** How often a minute or hour could not be summed up by itself, and was set aside for a while, since this store was opened. */
    long setAside();

    /** One for each tier. */
    List<TierSpace> space(Instant now);

    /**
     * @param bytes on disk, with indexes
     * @param held how long a time the tier holds by now
     * @param retention how long it is to hold
     */
    record TierSpace(Tier tier, long bytes, Duration held, Duration retention) {

        private static final Duration LEAST_HELD = Duration.ofHours(1);

        /** Of the time held by now. */
        public long bytesPerDay() {
            long seconds = Math.max(held.toSeconds(), LEAST_HELD.toSeconds());
            return Math.round((double) bytes * Duration.ofDays(1).toSeconds() / seconds);
        }

        /** What the tier will take once it holds all it is to hold, if it grows on as it did so far. */
        public long forecastBytes() {
            return held.compareTo(retention) >= 0
                    ? bytes
                    : Math.round((double) bytesPerDay() * retention.toSeconds() / Duration.ofDays(1).toSeconds());
        }
    }
}
