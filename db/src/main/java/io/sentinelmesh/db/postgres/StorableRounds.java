package io.sentinelmesh.db.postgres;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;

/**
 * What can be stored at all: rounds not older than the retention, which would go at once, and not more than a day ahead, which only a wrong
 * clock says. The rest is left out and counted, while its batch is stored: an agent that had to send it again would never get past it.
 */
record StorableRounds(Instant oldest, Instant newest) {

    static final Duration MAX_AHEAD = Duration.ofDays(1);
    /** Columns sent and received are smallints: at one packet a second the longest round, an hour, has 3,600. */
    static final int MAX_PACKETS = Short.MAX_VALUE;

    static StorableRounds at(Instant now, Duration retention) {
        return new StorableRounds(now.minus(retention), now.plus(MAX_AHEAD));
    }

    boolean admits(Instant time) {
        return !time.isBefore(oldest) && !time.isAfter(newest);
    }

    /** Why this row cannot be stored; empty if it can. */
    Optional<String> trouble(MatrixRow row) {
        if (row.roundStart().isBefore(oldest)) {
            return Optional.of("round at " + row.roundStart() + " is older than the retention");
        }
        if (row.roundStart().isAfter(newest)) {
            return Optional.of("round at " + row.roundStart() + " lies in the future: wrong clock?");
        }
        return Optional.empty();
    }

    /** Why this result cannot be stored; empty if it can. */
    Optional<String> trouble(PairResult result) {
        return result.sent() <= MAX_PACKETS
                ? Optional.empty()
                : Optional.of(result.sent() + " packets in one round, more than " + MAX_PACKETS);
    }
}
