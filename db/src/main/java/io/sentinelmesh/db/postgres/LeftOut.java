package io.sentinelmesh.db.postgres;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.PairResult;

/** Counts results that could not be stored, and says so in the log at most once a minute. Thread-safe. */
final class LeftOut {

    private static final Logger LOG = LoggerFactory.getLogger(LeftOut.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Clock clock;
    private final AtomicLong results = new AtomicLong();
    private final AtomicReference<Instant> lastSaid = new AtomicReference<>(Instant.EPOCH);

    LeftOut(Clock clock) {
        this.clock = clock;
    }

    long results() {
        return results.get();
    }

    boolean admits(MatrixRow row, StorableRounds storable) {
        return admits(storable.trouble(row), row.source().toString(), row.results().size());
    }

    boolean admits(PairResult result, StorableRounds storable) {
        Optional<String> trouble = storable.trouble(result);
        return trouble.isEmpty() || admits(trouble, "a source to " + result.destination(), 1);
    }

    private boolean admits(Optional<String> trouble, String from, int count) {
        if (trouble.isEmpty()) {
            return true;
        }
        long total = results.addAndGet(count);
        Instant now = clock.instant();
        Instant last = lastSaid.get();
        if (last.plus(QUIET).isBefore(now) && lastSaid.compareAndSet(last, now)) {
            LOG.warn("Not stored, from {}: {} ({} results left out so far)", from, trouble.get(), total);
        }
        return false;
    }
}
