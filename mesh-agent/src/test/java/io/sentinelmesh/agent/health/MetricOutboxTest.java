package io.sentinelmesh.agent.health;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.HostMetric;
import io.sentinelmesh.measurement.MetricValue.Gauge;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;

import static org.assertj.core.api.Assertions.assertThat;

class MetricOutboxTest {

    private final MetricOutbox outbox = new MetricOutbox();

    private static HostMetric threads(int pid, double value) {
        return new HostMetric("host_process_threads", "", Map.of("pid", Integer.toString(pid), "name", "p" + pid,
                "user", "u" + pid, "unit", "s" + pid), Instant.EPOCH, new Gauge(value));
    }

    @Test
    void a_newer_value_takes_the_place_of_the_older() {
        outbox.add(List.of(threads(1, 5), threads(2, 6)));
        outbox.add(List.of(threads(1, 7)));

        assertThat(outbox.take()).containsExactly(threads(1, 7), threads(2, 6));
    }

    @Test
    void what_was_taken_is_not_there_again() {
        outbox.add(List.of(threads(1, 5)));
        outbox.take();

        assertThat(outbox.take()).isEmpty();
    }

    @Test
    void a_full_outbox_counts_what_it_has_no_room_for_and_fits_a_frame() {
        List<HostMetric> many = new ArrayList<>();
        for (int pid = 0; pid <= MetricOutbox.MOST_METRICS; pid++) {
            many.add(threads(pid, 1));
        }
        outbox.add(many);

        assertThat(outbox.leftOut()).isEqualTo(1);
        Frame.Batch batch = new Frame.Batch(NodeId.random(), UUID.randomUUID(), 1, Instant.EPOCH, List.of(),
                List.of(), 0, Optional.empty(), outbox.take());
        assertThat(FrameCodec.decode(FrameCodec.encode(batch))).isEqualTo(batch);
    }
}
