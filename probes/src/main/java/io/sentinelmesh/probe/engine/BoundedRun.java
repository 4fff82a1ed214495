package io.sentinelmesh.probe.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs an engine thread for one command: until its work is done, and no longer than it may take. */
public final class BoundedRun {

    private static final long LOOK_MILLIS = 50;
    /** What a busy machine may add to what the settings say. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private BoundedRun() {
    }

    /**
     * Starts the thread and closes it; everything the activities wrote can be read afterwards. It may be less than was planned, when the time is
     * over: then the report says how much.
     *
     * @param done counted down to zero by the activities
     * @param expected how long it takes if nothing comes in between
     * @throws IllegalStateException if the engine failed
     */
    public static void run(EngineThread thread, CountDownLatch done, Duration expected) throws InterruptedException {
        long deadline = System.nanoTime() + expected.plus(SLACK).toNanos();
        try (thread) {
            thread.start();
            while (!done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS) && thread.trouble().isEmpty()
                    && System.nanoTime() < deadline) {
                // Waits for one of the three.
            }
        }
        if (thread.trouble().isPresent()) {
            throw new IllegalStateException("the engine failed: " + thread.trouble().get());
        }
    }
}
