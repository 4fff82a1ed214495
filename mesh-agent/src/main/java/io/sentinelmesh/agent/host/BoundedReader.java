package io.sentinelmesh.agent.host;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.HostMetric;

/**
 * Reads a group, each time on a thread of its own and of low priority, and does not wait for ever: a thread in a dead file system cannot be
 * called back, so it is left where it is. There is at most one such of each group. One caller.
 */
final class BoundedReader {

    private static final Logger LOG = LoggerFactory.getLogger(BoundedReader.class);

    private final HostReader reader;
    private final Duration patience;
    private Optional<Thread> stuck = Optional.empty();
    private Optional<String> toldFailure = Optional.empty();
    /** Not known before the first that came back. */
    private double seconds = Double.NaN;

    BoundedReader(HostReader reader, Duration patience) {
        this.reader = reader;
        this.patience = patience;
    }

    Cost cost() {
        return reader.cost();
    }

    /** What was read; nothing if it is stuck or failed. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint, where the JVM is told to heed it; nothing relies on it
    List<HostMetric> read(Instant at) throws InterruptedException {
        if (stuck()) {
            return List.of();
        }
        if (stuck.isPresent()) {
            LOG.info("reading the host's {} came back", reader.group());
            stuck = Optional.empty();
        }
        Attempt attempt = new Attempt(reader, new Readings(at));
        long began = System.nanoTime();
        Thread thread = Thread.ofPlatform().daemon().priority(Thread.MIN_PRIORITY)
                .name("host-" + reader.group()).start(attempt);
        if (!thread.join(patience)) {
            stuck = Optional.of(thread);
            LOG.warn("reading the host's {} takes more than {} s: its figures are missing until it comes back",
                    reader.group(), patience.toSeconds());
            return List.of();
        }
        seconds = (System.nanoTime() - began) / 1e9;
        tell(attempt.failure);
        return attempt.failure.isEmpty() ? attempt.into.metrics() : List.of();
    }

    private boolean stuck() {
        return stuck.filter(Thread::isAlive).isPresent();
    }

    /** How the newest reading went. */
    void tellInto(Readings reading) {
        reading.add(HostMetricName.READ_STUCK, stuck() ? 1 : 0, reader.group());
        reading.add(HostMetricName.READ_SECONDS, seconds, reader.group());
    }

    private void tell(Optional<String> failure) {
        if (!failure.equals(toldFailure)) {
            failure.ifPresent(why -> LOG.warn("the host's {} cannot be read: {}", reader.group(), why));
            toldFailure = failure;
        }
    }

    /** Its result is looked at only after its thread has ended. */
    private static final class Attempt implements Runnable {

        private final HostReader reader;
        private final Readings into;
        private Optional<String> failure = Optional.empty();

        Attempt(HostReader reader, Readings into) {
            this.reader = reader;
            this.into = into;
        }

        @Override
        public void run() {
            try {
                reader.read(into);
            } catch (RuntimeException | LinkageError e) {
                // Whatever a library makes of an unusual host, the agent goes on.
                failure = Optional.of(e.toString().lines().findFirst().orElse(""));
            }
        }
    }
}
