package io.sentinelmesh.aggregator.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

import io.sentinelmesh.aggregator.metrics.Counter;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.db.EventLog;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.event.Event;

/** Takes events from any thread, which never waits, and writes them on one that may. */
public final class EventWriter implements Consumer<Event>, Runnable {

    /** A thousand agents that are lost and come back a few times while the database is away. */
    static final int MOST_WAITING = 10_000;
    private static final int GROUP = 1_000;

    private final EventLog log;
    private final BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final List<Event> inHand = new ArrayList<>();
    private final Counter noted;
    private final Counter dropped;

    public EventWriter(EventLog log, MetricRegistry registry) {
        this.log = log;
        String name = "sentinel_events_total";
        String help = "Events by what became of them.";
        this.noted = registry.counter(name, "outcome=\"noted\"", help);
        this.dropped = registry.counter(name, "outcome=\"dropped\"", help);
    }

    /** Dropped and counted if too many wait. */
    @Override
    public void accept(Event event) {
        if (!waiting.offer(event)) {
            dropped.increment();
        }
    }

    /**
     * Writes all that wait. One thread.
     *
     * @throws StoreException if the database does not take them; they are kept for the next turn
     */
    @Override
    public void run() {
        waiting.drainTo(inHand, GROUP - inHand.size());
        while (!inHand.isEmpty()) {
            log.append(List.copyOf(inHand));
            noted.add(inHand.size());
            inHand.clear();
            waiting.drainTo(inHand, GROUP);
        }
    }
}
