package io.sentinelmesh.db.postgres;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.Retention;

import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;

class MetricRetentionTest {

    @Test
    void minutes_are_kept_for_longer_than_readings_are_taken_and_hours_not_for_less() {
        assertThat(MetricRetention.of(Retention.DEFAULT))
                .isEqualTo(new MetricRetention(ofDays(7), ofDays(30), ofDays(400)));
        assertThat(MetricRetention.of(Retention.DEFAULT.withRaw(ofDays(60))))
                .isEqualTo(new MetricRetention(ofDays(60), ofDays(61), ofDays(400)));
        assertThat(MetricRetention.of(Retention.DEFAULT.withRaw(ofDays(500))))
                .isEqualTo(new MetricRetention(ofDays(500), ofDays(501), ofDays(501)));
    }
}
