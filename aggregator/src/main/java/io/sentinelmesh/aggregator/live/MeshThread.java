package io.sentinelmesh.aggregator.live;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/** The event loop that owns the {@link LiveMesh}. Others hand it work; it runs that in the order it came. Any thread. */
public final class MeshThread {

    private static final Logger log = LoggerFactory.getLogger(MeshThread.class);

    private final Vertx vertx;
    private final Context context;
    private final LiveMesh mesh;

    public MeshThread(Vertx vertx, Context context, LiveMesh mesh) {
        this.vertx = vertx;
        this.context = context;
        this.mesh = mesh;
    }

    public void execute(Runnable work) {
        try {
            context.runOnContext(_ -> work.run());
        } catch (RejectedExecutionException stopped) {
            // Sockets that close while the program ends still report it, when there is nobody left to hear.
            log.debug("The mesh thread has ended", stopped);
        }
    }

    /** The answer arrives on the asker's own context. */
    public <T> Future<T> ask(Function<LiveMesh, T> question) {
        Context asker = vertx.getOrCreateContext();
        Promise<T> answer = Promise.promise();
        context.runOnContext(_ -> {
            try {
                T told = question.apply(mesh);
                asker.runOnContext(_ -> answer.complete(told));
            } catch (RuntimeException failure) {
                asker.runOnContext(_ -> answer.fail(failure));
            }
        });
        return answer.future();
    }

    public EventLoop eventLoop() {
        return ((ContextInternal) context).nettyEventLoop();
    }

    /** For the mesh thread itself. */
    public LiveMesh mesh() {
        return mesh;
    }
}
