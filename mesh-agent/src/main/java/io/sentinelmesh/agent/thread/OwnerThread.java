package io.sentinelmesh.agent.thread;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that owns some state, so that the state needs no locks. Tasks run one after another. A task that throws is a bug: it is logged
 * with its trace, and the tasks after it run all the same, because an agent must go on measuring.
 */
public final class OwnerThread {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerThread.class);

    private final String name;
    private final ScheduledThreadPoolExecutor executor;

    public OwnerThread(String name) {
        this.name = name;
        this.executor = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
        // The last task of all is the one that ends it: what would be due later must not hold up the end, nor come after it.
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs the task soon; does nothing once the thread is stopping. */
    public void run(Runnable task) {
        after(Duration.ZERO, task);
    }

    public void after(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> _ = executor.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is stopping: a task was left out", name);
        }
    }

    /** Runs the task now and again that long after each end of it. */
    public void every(Duration pause, Runnable task) {
        ScheduledFuture<?> _ = executor.scheduleWithFixedDelay(guarded(task), 0, pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /**
     * Runs one last task, then ends the thread.
     *
     * @return whether it ended within the limit; if not it was interrupted
     */
    public boolean end(Runnable last, Duration limit) throws InterruptedException {
        run(last);
        executor.shutdown();
        boolean ended = executor.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            executor.shutdownNow();
        }
        return ended;
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                // An Error, too: the executor would end a repeated task without a word.
                LOG.error("a task of the {} thread failed", name, e);
            }
        };
    }
}
