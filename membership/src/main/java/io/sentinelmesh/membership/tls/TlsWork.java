package io.sentinelmesh.membership.tls;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads for what the network threads must not do: signatures, key exchange, verdicts, and the clock of handshakes. They end when idle. */
final class TlsWork implements AutoCloseable {

    private static final Duration IDLE_LIFE = Duration.ofSeconds(10);

    private final ThreadPoolExecutor tasks;
    private final ScheduledThreadPoolExecutor timer;

    TlsWork(TlsLimits limits) {
        tasks = new ThreadPoolExecutor(limits.taskThreads(), limits.taskThreads(), IDLE_LIFE.toMillis(),
                TimeUnit.MILLISECONDS, new ArrayBlockingQueue<>(limits.waitingTasks()),
                Thread.ofPlatform().daemon().name("membership-tls-", 1).factory());
        tasks.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("membership-tls-timer").factory());
        timer.setKeepAliveTime(IDLE_LIFE.toMillis(), TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Rejects what is too much. */
    Executor tasks() {
        return tasks;
    }

    Future<?> after(Duration delay, Runnable work) {
        return timer.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    void every(Duration pause, Runnable work) {
        Future<?> _ = timer.scheduleWithFixedDelay(work, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        tasks.shutdownNow();
    }
}
