package io.sentinelmesh.aggregator.upkeep;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One piece of work on a thread of its own, which may block, again and again; it outlives whatever goes wrong in one turn. */
public final class Repeating implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Repeating.class);

    private final String what;
    private final Duration every;
    private final Runnable work;
    private final BlockingQueue<Boolean> stop = new LinkedBlockingQueue<>(1);
    private volatile String trouble = "";

    /**
     * @param what completes "could not …"
     * @param every the pause between two turns
     */
    public Repeating(String what, Duration every, Runnable work) {
        this.what = what;
        this.every = every;
        this.work = work;
    }

    /** Until {@link #stop}, with one last turn after it. */
    @Override
    public void run() {
        try {
            boolean stopped;
            do {
                stopped = stop.poll(every.toMillis(), TimeUnit.MILLISECONDS) != null;
                turn();
            } while (!stopped);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            trouble = "could not " + what + " any more: its thread was ended";
        }
    }

    private void turn() {
        try {
            work.run();
            trouble = "";
        } catch (Throwable failure) {
            // Errors too, memory running out above all: there is no other thread for it.
            boolean news = trouble.isEmpty();
            trouble = "could not " + what + ", tried again every " + every.toSeconds() + " s: " + failure;
            if (news) {
                log.warn("Could not {}; it is tried again every {} s", what, every.toSeconds(), failure);
            }
        }
    }

    /** Whether the last turn failed, and why. Any thread. */
    public Optional<String> trouble() {
        String now = trouble;
        return now.isEmpty() ? Optional.empty() : Optional.of(now);
    }

    /** Any thread. */
    public void stop() {
        stop.offer(Boolean.TRUE);
    }
}
