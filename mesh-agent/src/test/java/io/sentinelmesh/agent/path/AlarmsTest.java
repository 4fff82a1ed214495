package io.sentinelmesh.agent.path;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;

class AlarmsTest {

    private final NodeId one = NodeId.random();
    private final NodeId other = NodeId.random();
    private final Alarms alarms = new Alarms();

    private Set<NodeId> look(PairResult... results) {
        return look(ProbeKind.ICMP_ECHO, results);
    }

    private Set<NodeId> look(ProbeKind kind, PairResult... results) {
        return alarms.look(
                new MatrixRow(NodeId.random(), kind, Instant.EPOCH, Duration.ofSeconds(10), List.of(results)));
    }

    @Test
    void one_that_falls_silent_and_one_that_is_back_are_found() {
        assertThat(look(PairResult.of(one, 10, 900), PairResult.of(other, 10, 900))).isEmpty();
        assertThat(look(PairResult.of(one, 10), PairResult.of(other, 10, 900))).containsExactly(one);
        assertThat(look(PairResult.of(one, 10), PairResult.of(other, 10, 900))).isEmpty();
        assertThat(look(PairResult.of(one, 10, 900), PairResult.of(other, 10, 900))).containsExactly(one);
    }

    @Test
    void a_step_of_the_shortest_delay_is_found_and_jitter_is_not() {
        look(PairResult.of(one, 10, 20_000, 40_000));

        assertThat(look(PairResult.of(one, 10, 20_100, 90_000))).isEmpty();
        assertThat(look(PairResult.of(one, 10, 24_900))).isEmpty();
        assertThat(look(PairResult.of(one, 10, 32_000))).containsExactly(one);
        assertThat(look(PairResult.of(one, 10, 20_000))).containsExactly(one);
        assertThat(look(PairResult.of(other, 10, 100))).isEmpty();
        assertThat(look(PairResult.of(other, 10, 100 + Alarms.STEP_MICROS))).isEmpty();
    }

    @Test
    void each_kind_is_compared_with_itself_and_a_round_without_packets_says_nothing() {
        look(PairResult.of(one, 10, 900));

        assertThat(look(ProbeKind.TCP_CONNECT, PairResult.of(one, 10, 90_000))).isEmpty();
        assertThat(look(PairResult.of(one, 0))).isEmpty();
        assertThat(look(PairResult.of(one, 10, 900))).isEmpty();
    }

    @Test
    void one_that_was_forgotten_is_new() {
        look(PairResult.of(one, 10, 900));
        alarms.keepOnly(Set.of(other));

        assertThat(look(PairResult.of(one, 10))).isEmpty();
    }
}
