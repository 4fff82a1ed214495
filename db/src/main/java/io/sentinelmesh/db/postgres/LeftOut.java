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

/**
 * Counts results that could not be stored, and says so in the log at most once a minute. They count when the rest of their batch is committed, so that
 * none counts twice. Thread-safe.
 */
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

    InTransaction begin(StorableRounds storable) {
        return new InTransaction(storable);
    }

    /** What one attempt at a transaction leaves out. For one thread. */
    final class InTransaction {

        private final StorableRounds storable;
        private long count;
        private String example = "";

        private InTransaction(StorableRounds storable) {
            this.storable = storable;
        }

        boolean admits(MatrixRow row) {
            return admits(storable.trouble(row), row.source().toString(), row.results().size());
        }

        boolean admits(PairResult result) {
            Optional<String> trouble = storable.trouble(result);
            return trouble.isEmpty() || admits(trouble, "a source to " + result.destination(), 1);
        }

        private boolean admits(Optional<String> trouble, String from, int left) {
            if (trouble.isPresent()) {
                count += left;
                example = "from " + from + ": " + trouble.get();
            }
            return trouble.isEmpty();
        }

        void committed() {
            if (!example.isEmpty()) {
                add(count, example);
            }
        }
    }

    private void add(long count, String example) {
        long total = results.addAndGet(count);
        Instant now = clock.instant();
        Instant last = lastSaid.get();
        if (last.plus(QUIET).isBefore(now) && lastSaid.compareAndSet(last, now)) {
            LOG.warn("Not stored, {} ({} results left out so far)", example, total);
        }
    }
}
