package io.sentinelmesh.agent.host;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.HostMetric;

/** Reads the host on a slow schedule. Until it is started nothing of the library behind it is loaded. */
public final class HostMetrics implements AutoCloseable {

    /** A reading that takes longer is given up. */
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The agent's own start has the processor first. */
    private static final Duration FIRST_AFTER = Duration.ofSeconds(3);
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(HostMetrics.class);

    private final Consumer<List<HostMetric>> sink;
    private final InstantSource clock;
    private final Supplier<List<HostReader>> readers;
    private final Duration patience;
    private final HostPlan plan;
    private final OwnerThread thread = new OwnerThread("host-metrics");
    private List<BoundedReader> bounded = List.of();
    private int rounds;

    private HostMetrics(Consumer<List<HostMetric>> sink, InstantSource clock, Supplier<List<HostReader>> readers,
            Duration patience, HostPlan plan) {
        this.plan = plan;
        this.sink = sink;
        this.clock = clock;
        this.readers = readers;
        this.patience = patience;
    }

    /** @param sink takes the figures of each round, on a thread of this class */
    public static HostMetrics start(Consumer<List<HostMetric>> sink, InstantSource clock, HostPlan plan) {
        HostMetrics metrics = new HostMetrics(sink, clock, () -> HostReaders.all(plan), PATIENCE, plan);
        metrics.thread.after(FIRST_AFTER, () -> metrics.thread.every(plan.interval(), metrics::round));
        return metrics;
    }

    /** Without a schedule: for tests, which call {@link #round}. */
    static HostMetrics of(Consumer<List<HostMetric>> sink, InstantSource clock, List<HostReader> readers,
            Duration patience, HostPlan plan) {
        return new HostMetrics(sink, clock, () -> readers, patience, plan);
    }

    /** Reads what is due. */
    void round() {
        if (rounds == 0) {
            open();
        }
        boolean heavyToo = rounds % plan.roundsBetweenHeavy() == 0;
        rounds++;
        List<HostMetric> read = new ArrayList<>();
        try {
            for (BoundedReader reader : bounded) {
                if (reader.cost() == Cost.CHEAP || heavyToo) {
                    read.addAll(reader.read(clock.instant()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Readings readings = new Readings(clock.instant());
        bounded.forEach(reader -> reader.tellInto(readings));
        read.addAll(readings.metrics());
        read.removeIf(metric -> !plan.wants(metric.name()));
        sink.accept(read);
    }

    private void open() {
        List<BoundedReader> opened = new ArrayList<>();
        try {
            readers.get().forEach(reader -> opened.add(new BoundedReader(reader, patience)));
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("no figures of this host: {}; --host-metrics off is silent about it", e.toString());
        }
        bounded = opened;
    }

    /** A reading that is under way is left to itself: its thread is a daemon. */
    @Override
    public void close() {
        try {
            thread.end(() -> {
            }, CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
