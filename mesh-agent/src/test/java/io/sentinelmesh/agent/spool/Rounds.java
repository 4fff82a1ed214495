package io.sentinelmesh.agent.spool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/** Rows that can be told apart: each begins at a time of its own. */
final class Rounds {

    static final NodeId SELF = new NodeId(UUID.fromString("a0000000-0000-4000-8000-000000000001"));
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LENGTH = Duration.ofSeconds(10);

    private Rounds() {
    }

    /** With one result. */
    static MatrixRow row(long number) {
        return row(number, 1);
    }

    static MatrixRow row(long number, int results) {
        List<PairResult> pairs = new ArrayList<>();
        Random random = new Random(number);
        for (int i = 0; i < results; i++) {
            pairs.add(PairResult.of(new NodeId(new UUID(random.nextLong(), i)), 2, 100 + random.nextInt(60_000),
                    100 + random.nextInt(60_000)));
        }
        return new MatrixRow(SELF, ProbeKind.ICMP_ECHO, START.plus(LENGTH.multipliedBy(number)), LENGTH, pairs);
    }

    static long number(MatrixRow row) {
        return Duration.between(START, row.roundStart()).dividedBy(LENGTH);
    }
}
