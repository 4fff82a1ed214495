package io.sentinelmesh.agent.simulate;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

class FleetTest {

    private static final World WORLD = new World(1, 2, 7, Duration.ofSeconds(10), 10);
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    /** The agents have no identities: none is asked for before a link is opened, which is not before their first look. */
    private static Fleet fleet(String fault, Duration backlog) {
        Rounds rounds = new Rounds(WORLD, List.of(new NodeId(new UUID(1, 0)), new NodeId(new UUID(1, 1))),
                List.of(FaultReader.read(fault, WORLD)), BatchMaker.micros(NOW));
        return Fleet.start(URI.create("https://127.0.0.1:1"), rounds, List.of(), backlog, Duration.ofSeconds(1),
                InstantSource.fixed(NOW));
    }

    @Test
    void agents_that_are_down_at_the_end_are_not_waited_for() {
        try (Fleet fleet = fleet("site-down:s001", Duration.ofMinutes(5))) {
            fleet.end();

            assertThat(fleet.isSettled()).isTrue();
            assertThat(fleet.resultsLeft()).isEqualTo(SimulatedAgent.Left.NOTHING);
        }
    }

    @Test
    void agents_that_are_up_at_the_end_are_waited_for() {
        try (Fleet fleet = fleet("agent-down:s001-1", Duration.ofMinutes(5))) {
            fleet.end();

            assertThat(fleet.isSettled()).isFalse();
        }
    }
}
