package io.sentinelmesh.aggregator.upkeep;

import java.time.Duration;
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
    private boolean failing;

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
        }
    }

    private void turn() {
        try {
            work.run();
            failing = false;
        } catch (RuntimeException failure) {
            if (!failing) {
                log.warn("Could not {}; it is tried again every {} s", what, every.toSeconds(), failure);
            }
            failing = true;
        }
    }

    /** Any thread. */
    public void stop() {
        stop.offer(Boolean.TRUE);
    }
}
