package io.sentinelmesh.aggregator.roster;

import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class DuplicateWatchTest {

    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private final DuplicateWatch watch = new DuplicateWatch();
    private final NodeId agent = NodeId.random();
    private final UUID one = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    @Test
    void restarts_and_reconnections_are_one_host() {
        assertThat(watch.arrived(agent, one, NOON)).isFalse();
        assertThat(watch.arrived(agent, one, NOON)).isFalse();
        for (int restart = 0; restart < 100; restart++) {
            assertThat(watch.arrived(agent, UUID.randomUUID(), NOON)).isFalse();
        }
        assertThat(watch.duplicates(NOON)).isEmpty();
    }

    @Test
    void a_process_that_comes_back_after_another_took_its_place_is_a_second_one() {
        watch.arrived(agent, one, NOON);
        watch.arrived(agent, other, NOON);

        assertThat(watch.arrived(agent, one, NOON)).isTrue();

        assertThat(watch.duplicates(NOON)).containsExactly(agent);
        assertThat(watch.duplicates(NOON.plus(DuplicateWatch.SHOWN))).isEmpty();
    }

    @Test
    void three_hosts_are_seen_as_well() {
        UUID third = UUID.randomUUID();
        watch.arrived(agent, one, NOON);
        watch.arrived(agent, other, NOON);
        watch.arrived(agent, third, NOON);

        assertThat(watch.arrived(agent, one, NOON)).isTrue();
    }
}
