package io.sentinelmesh.probe.exchange;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;

/**
 * Makes exchanges one after the other, each at its time or, if the one before took longer, right after it. Any thread but the event thread.
 *
 * @param timeout of each exchange, which ends itself by then
 */
public record Series(String threadName, int count, Duration interval, Duration timeout) {

    /** An exchange that has not ended this long after its timeout never will: our own fault. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Begins an exchange. Called on the event thread. */
    @FunctionalInterface
    public interface Beginning<R> {
        void begin(EventLoop loop, NameLookup names, Consumer<R> then);
    }

    /**
     * @param practice made first, each once; their results are of no interest
     * @param each hears every result, on the calling thread
     * @throws InterruptedException if somebody does not want to wait; the connection under way is closed
     */
    public <R> void run(List<Beginning<R>> practice, Beginning<R> beginning, Consumer<R> each)
            throws InterruptedException {
        BlockingQueue<R> results = new LinkedBlockingQueue<>(1);
        try (EventThread thread = new EventThread(threadName); NameLookup names = new NameLookup(thread.loop())) {
            EventLoop loop = thread.loop();
            for (Beginning<R> unmeasured : practice) {
                one(loop, names, unmeasured, results);
            }
            long due = System.nanoTime();
            for (int i = 0; i < count; i++) {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                R result = one(loop, names, beginning, results);
                each.accept(result);
                due = Math.max(due + interval.toNanos(), System.nanoTime());
            }
        }
    }

    private <R> R one(EventLoop loop, NameLookup names, Beginning<R> beginning, BlockingQueue<R> results)
            throws InterruptedException {
        loop.execute(() -> beginning.begin(loop, names, results::add));
        R result = results.poll(timeout.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        if (result == null) {
            throw new IllegalStateException("the event thread told no result within the timeout of " + timeout);
        }
        return result;
    }
}
