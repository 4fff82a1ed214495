package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the server again when it ended without being told to: it was killed, ran out of memory, or gave up over a full disk. The first time at once,
 * then after pauses that double, for as long as this process lives: there is nobody else who would. A thread of its own.
 */
final class ServerRevival implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerRevival.class);

    /** It is looked at, not waited for: where nobody collects dead processes, the end of one that is not our child is never told. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    /** A server that ran as long had recovered. */
    private static final Duration STEADY = Duration.ofMinutes(1);

    /** What is watched. */
    interface Server {

        boolean runs() throws IOException;

        /** Does nothing if it runs, or is not wanted any more. */
        void start() throws IOException;

        /** Makes up, while it runs, for what a start could not do before its time was over. Does nothing if there is nothing of the kind. */
        void settle() throws IOException;
    }

    private final Server server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private ServerRevival(Server server) {
        this.server = server;
        this.thread = Thread.ofVirtual().name("postgres-revival").unstarted(this::watch);
    }

    static ServerRevival of(Server server) {
        ServerRevival revival = new ServerRevival(server);
        revival.thread.start();
        return revival;
    }

    /** From now on its end is taken for wanted. A start that is under way is broken off, so that nobody need wait for it. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void watch() {
        Duration pause = Duration.ZERO;
        long began = System.nanoTime();
        while (!isClosedWithin(LOOK_EVERY)) {
            if (runs()) {
                settle();
                continue;
            }
            if (System.nanoTime() - began >= STEADY.toNanos()) {
                pause = Duration.ZERO;
            }
            LOG.error("The embedded PostgreSQL has ended by itself; starting it again{}",
                    pause.isZero() ? "" : " in " + pause.toSeconds() + " s");
            if (isClosedWithin(pause)) {
                return;
            }
            pause = longer(pause);
            began = System.nanoTime();
            start();
        }
    }

    private boolean runs() {
        try {
            return server.runs();
        } catch (IOException | RuntimeException unknown) {
            // What cannot be seen cannot be helped.
            return true;
        }
    }

    private void settle() {
        try {
            server.settle();
        } catch (IOException | RuntimeException e) {
            LOG.error("The embedded PostgreSQL runs, but not as it should: {}", e.getMessage());
        }
    }

    private void start() {
        long began = System.nanoTime();
        try {
            server.start();
            LOG.info("The embedded PostgreSQL runs again, after {} ms", (System.nanoTime() - began) / 1_000_000);
        } catch (IOException | RuntimeException e) {
            // Whatever it is: nobody else starts it again.
            LOG.error("The embedded PostgreSQL cannot be started again: {}", e.getMessage());
        }
    }

    private boolean isClosedWithin(Duration time) {
        try {
            return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static Duration longer(Duration pause) {
        if (pause.isZero()) {
            return FIRST_PAUSE;
        }
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
}
