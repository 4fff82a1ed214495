package io.sentinelmesh.db.postgres;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;

class LeftOutTest {

    @Test
    void what_a_transaction_that_is_tried_again_leaves_out_counts_once() {
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        LeftOut leftOut = new LeftOut(Clock.systemUTC());
        StorableRounds storable = StorableRounds.at(now, Duration.ofDays(7));
        MatrixRow old = new MatrixRow(NodeId.random(), ProbeKind.ICMP_ECHO, now.minus(Duration.ofDays(8)),
                Duration.ofSeconds(10), List.of(PairResult.of(NodeId.random(), 10, 100)));

        LeftOut.InTransaction broken = leftOut.begin(storable);
        assertThat(broken.admits(old)).isFalse();
        LeftOut.InTransaction again = leftOut.begin(storable);
        assertThat(again.admits(old)).isFalse();
        assertThat(again.admits(PairResult.of(NodeId.random(), 40_000, 100))).isFalse();
        again.committed();

        assertThat(leftOut.results()).isEqualTo(2);
    }
}
