package io.sentinelmesh.agent.host;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue.Gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HostMetricsTest {

    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final StandInReader cheap = new StandInReader("memory", Cost.CHEAP);
    private final StandInReader heavy = new StandInReader("filesystem", Cost.HEAVY);
    private final List<HostMetric> told = new ArrayList<>();
    private final HostMetrics metrics = HostMetrics.of(told::addAll, Instant::now, List.of(heavy, cheap), PATIENCE,
            HostPlan.STANDARD);

    @AfterEach
    void close() {
        heavy.answers.countDown();
        metrics.close();
    }

    private void round() {
        told.clear();
        metrics.round();
    }

    private double value(String name, String group) {
        return told.stream().filter(metric -> metric.name().equals(name))
                .filter(metric -> group.equals(metric.labels().get("group")))
                .mapToDouble(metric -> ((Gauge) metric.value()).value()).findFirst().orElse(Double.NaN);
    }

    @Test
    void what_is_heavy_is_read_in_every_tenth_round() {
        for (int i = 0; i < 21; i++) {
            round();
        }

        assertThat(cheap.readings).isEqualTo(21);
        assertThat(heavy.readings).isEqualTo(3);
    }

    @Test
    void what_is_heavy_is_read_each_time_if_that_is_seldom_enough() {
        assertThat(new HostPlan(Duration.ofSeconds(10), List.of("*"), 5).roundsBetweenHeavy()).isEqualTo(30);
        assertThat(new HostPlan(Duration.ofMinutes(20), List.of("*"), 5).roundsBetweenHeavy()).isEqualTo(1);
    }

    @Test
    void what_nobody_asked_for_is_left_out() {
        HostMetrics some = HostMetrics.of(told::addAll, Instant::now, List.of(heavy, cheap), PATIENCE,
                new HostPlan(Duration.ofSeconds(30), List.of("host_read_st*"), 5));

        some.round();

        assertThat(told).isNotEmpty().extracting(HostMetric::name).containsOnly("host_read_stuck");
        some.close();
    }

    @Test
    void how_a_heavy_reading_went_is_told_in_each_round() {
        round();
        round();

        assertThat(value("host_read_seconds", "filesystem")).isNotNaN();
        assertThat(value("host_read_stuck", "filesystem")).isZero();
    }

    @Test
    void a_reading_that_does_not_come_back_is_given_up_and_shown_and_the_others_go_on() {
        heavy.hangs = true;

        round();

        assertThat(value("host_read_stuck", "filesystem")).isEqualTo(1);
        assertThat(value("host_read_stuck", "memory")).isZero();
        assertThat(told).extracting(HostMetric::name).containsOnlyOnce("host_uptime_seconds");
    }

    @Test
    void a_stuck_reading_is_not_begun_again_before_it_came_back() {
        heavy.hangs = true;
        for (int i = 0; i < 11; i++) {
            round();
        }
        assertThat(heavy.readings).isEqualTo(1);
        assertThat(value("host_read_stuck", "filesystem")).isEqualTo(1);

        heavy.hangs = false;
        heavy.answers.countDown();
        await().untilAsserted(() -> {
            round();
            assertThat(value("host_read_stuck", "filesystem")).isZero();
        });

        for (int i = 0; i < 10; i++) {
            round();
        }
        assertThat(heavy.readings).isEqualTo(2);
    }

    @Test
    void a_reading_that_fails_tells_nothing_and_ends_nothing() {
        heavy.fails = true;

        round();

        assertThat(told).extracting(HostMetric::name).containsOnlyOnce("host_uptime_seconds");
        assertThat(value("host_read_stuck", "filesystem")).isZero();
    }

    /** Hangs, fails or tells one figure. */
    private static final class StandInReader implements HostReader {

        private final String group;
        private final Cost cost;
        private final CountDownLatch answers = new CountDownLatch(1);
        private volatile boolean hangs;
        private volatile boolean fails;
        private volatile int readings;

        StandInReader(String group, Cost cost) {
            this.group = group;
            this.cost = cost;
        }

        @Override
        public String group() {
            return group;
        }

        @Override
        public Cost cost() {
            return cost;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one reading at a time
        public void read(Readings into) {
            readings++;
            if (fails) {
                throw new IllegalStateException("a library stumbled");
            }
            if (hangs) {
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            into.add(HostMetricName.UPTIME, 1);
        }
    }
}
