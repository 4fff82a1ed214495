package io.sentinelmesh.aggregator.offload;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Runs what blocks (mostly the database) on virtual threads and brings the answer back to the caller's event loop. Any thread. */
public final class BlockingCalls implements AutoCloseable {

    /** Under way or waiting for one of the database's few connections; more than this only makes everyone wait longer. */
    public static final int MOST_UNDER_WAY = 256;

    private final Vertx vertx;
    private final Semaphore places = new Semaphore(MOST_UNDER_WAY);
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("blocking-", 0).factory());

    public BlockingCalls(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The result, or {@link TooBusyException} at once if too many calls are under way. */
    public <T> Future<T> call(Callable<T> call) {
        if (!places.tryAcquire()) {
            return Future.failedFuture(new TooBusyException(
                    MOST_UNDER_WAY + " database calls are under way already; try again in a few seconds"));
        }
        Context caller = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        threads.execute(() -> {
            try {
                T result = call.call();
                caller.runOnContext(_ -> promise.complete(result));
            } catch (Throwable failure) {
                // An Error, too: nobody would ever answer the one who waits.
                caller.runOnContext(_ -> promise.fail(failure));
            } finally {
                places.release();
            }
        });
        return promise.future();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
