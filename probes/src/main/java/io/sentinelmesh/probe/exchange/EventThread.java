package io.sentinelmesh.probe.exchange;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** The one thread on which all connections of a kind are made, read and timed. Any thread. */
public final class EventThread implements AutoCloseable {

    public static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(EventThread.class);

    private final EventLoopGroup group;

    /** @param name of the thread */
    public EventThread(String name) {
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    public EventLoop loop() {
        return group.next();
    }

    /** Closes every connection and waits for the thread to end, at most {@link #CLOSE_PATIENCE}. */
    @Override
    public void close() {
        var _ = group.shutdownGracefully(0, CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            if (!group.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("An event thread did not stop within {}: a listener blocks", CLOSE_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
