package io.sentinelmesh.measurement;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PathTraceTest {

    private static final InetAddress ROUTER = InetAddress.ofLiteral("192.0.2.1");

    @Test
    void what_is_reached_ends_as_reached_and_nothing_else_does() {
        assertThat(trace(1, true, TraceOutcome.REACHED, Map.of()).path().reached()).isTrue();
        assertThatThrownBy(() -> trace(1, true, TraceOutcome.LOOP, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> trace(1, false, TraceOutcome.REACHED, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void labels_belong_to_a_hop_of_the_path_and_have_twenty_bits() {
        assertThat(trace(2, true, TraceOutcome.REACHED, Map.of(1, List.of(16, 1_048_575))).labels())
                .containsEntry(1, List.of(16, 1_048_575));
        assertThatThrownBy(() -> trace(2, true, TraceOutcome.REACHED, Map.of(3, List.of(16))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> trace(2, true, TraceOutcome.REACHED, Map.of(1, List.of(1 << 20))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> trace(2, true, TraceOutcome.REACHED, Map.of(1, Collections.nCopies(257, 16))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void no_path_is_longer_than_a_trace_asks_for() {
        assertThat(trace(64, true, TraceOutcome.REACHED, Map.of()).path().hops()).hasSize(64);
        assertThatThrownBy(() -> trace(65, true, TraceOutcome.REACHED, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void every_outcome_is_found_by_its_number_and_one_of_a_later_version_is_other() {
        for (TraceOutcome outcome : TraceOutcome.values()) {
            assertThat(TraceOutcome.ofNumber(outcome.number())).isEqualTo(outcome);
        }
        assertThat(TraceOutcome.ofNumber(4_711)).isEqualTo(TraceOutcome.OTHER);
        assertThat(TraceOutcome.refused(RefusalReason.HOST_UNREACHABLE)).isEqualTo(TraceOutcome.HOST_UNREACHABLE);
    }

    private static PathTrace trace(int hops, boolean reached, TraceOutcome outcome,
            Map<Integer, List<Integer>> labels) {
        return new PathTrace(NodeId.random(), Instant.EPOCH, ROUTER, 33_600,
                new Path(Collections.nCopies(hops, Optional.of(ROUTER)), reached), outcome, new TreeMap<>(labels));
    }
}
