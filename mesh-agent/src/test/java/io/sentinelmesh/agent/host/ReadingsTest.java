package io.sentinelmesh.agent.host;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.HostMetric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ReadingsTest {

    private final Readings readings = new Readings(Instant.EPOCH);

    @Test
    void what_is_not_known_is_no_figure() {
        readings.add(HostMetricName.LOAD, Double.NaN, "1");
        readings.add(HostMetricName.INTERRUPTS, -1);
        readings.addIfPositive(HostMetricName.CPU_TEMPERATURE, 0);
        readings.addIfTold(HostMetricName.GPU_BUSY, -0.01, "0");

        assertThat(readings.metrics()).isEmpty();
    }

    @Test
    void a_name_somebody_made_up_is_made_fit_to_be_shown() {
        readings.add(HostMetricName.PROCESS_THREADS, 1, "1", "evil\nname" + "x".repeat(300));

        assertThat(readings.metrics().getFirst().labels().get("name")).startsWith("evil?name").hasSize(255);
    }

    @Test
    void a_group_tells_so_much_and_no_more() {
        for (int i = 0; i <= Readings.MOST; i++) {
            readings.add(HostMetricName.FAN, 1, Integer.toString(i));
        }

        assertThat(readings.metrics()).hasSize(Readings.MOST);
    }

    @Test
    void a_figure_without_its_labels_is_a_mistake_of_ours() {
        assertThatIllegalArgumentException().isThrownBy(() -> readings.add(HostMetricName.FAN, 1))
                .withMessageContaining("[fan]");
    }

    @Test
    void services_are_counted_by_state_and_the_failed_ones_named() {
        new ServiceReader(() -> List.of("ssh.service loaded active running OpenBSD Secure Shell server",
                "cron.service loaded active running Regular background program", "", "something else",
                "backup.service loaded failed failed Backup")).read(readings);

        assertThat(readings.metrics()).extracting(HostMetric::labels).containsExactlyInAnyOrder(
                Map.of("service", "backup.service"), Map.of("state", "active"), Map.of("state", "failed"));
    }
}
