package io.sentinelmesh.probe.http;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.EventLoop;
import io.sentinelmesh.probe.exchange.EventThread;
import io.sentinelmesh.probe.exchange.NameLookup;
import io.sentinelmesh.probe.exchange.StandIn;

/**
 * Checks a changing set of web servers at a steady pace, on one thread. Each check is a new connection. Any thread.
 *
 * <p>
 * New targets get their places spread over their interval. A turn that is more than 50 ms late, since this host paused, is left out: all of them
 * at once would measure one another. Each target then goes on in its old step.
 */
public final class HttpProbing implements AutoCloseable {

    /** Checks at once: below the 1,024 files that a process may commonly have. */
    public static final int MOST_UNDER_WAY = 512;
    private static final Logger LOG = LoggerFactory.getLogger(HttpProbing.class);

    private static final long MOST_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Per probing. */
    public static final int MOST_TARGETS = 10_000;

    private final EventThread thread = new EventThread("http-probing");
    private final EventLoop loop = thread.loop();
    private final NameLookup names = new NameLookup(loop);
    private final Clock clock;
    private final HttpListener listener;
    // What follows is the event thread's.
    private final Map<Integer, Line> lines = new HashMap<>();
    private List<HttpTarget> wanted = List.of();
    private Practice practice = Practice.TO_COME;
    private int underWay;
    private boolean closed;
    private final AtomicLong skipped = new AtomicLong();

    private enum Practice {
        TO_COME, UNDER_WAY, DONE
    }

    public HttpProbing(Clock clock, HttpListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Replaces the targets from now on; one that stays as it is keeps its place in time. The result of a check that is under way to one that
     * went is still told.
     *
     * @throws IllegalArgumentException if there are too many, or two have one index
     */
    public void probe(List<HttpTarget> targets) {
        List<HttpTarget> copy = List.copyOf(targets);
        if (copy.size() > MOST_TARGETS) {
            throw new IllegalArgumentException(
                    copy.size() + " web targets are more than " + MOST_TARGETS + "; split them over several agents");
        }
        Set<Integer> indices = new HashSet<>();
        copy.forEach(target -> {
            if (!indices.add(target.index())) {
                throw new IllegalArgumentException("two web targets have the index " + target.index());
            }
        });
        loop.execute(() -> {
            wanted = copy;
            switch (practice) {
                case TO_COME -> practise();
                case UNDER_WAY -> {
                    // Begins with what is wanted then.
                }
                case DONE -> replace();
            }
        });
    }

    /** Before the first check, so that it is not measured how Java loads classes. */
    private void practise() {
        if (wanted.isEmpty()) {
            return;
        }
        practice = Practice.UNDER_WAY;
        HttpCheck model = wanted.stream().map(HttpTarget::check).filter(check -> check.first().address().isTls())
                .findFirst()
                .orElseGet(() -> wanted.getFirst().check());
        try {
            StandIn server = HttpWarmUp.server();
            practise(server, new ArrayDeque<>(HttpWarmUp.checks(model, server.address())));
        } catch (IOException e) {
            LOG.warn("No loopback to practise on, so the first checks take longer than their servers do: {}",
                    e.getMessage());
            practised();
        }
    }

    private void practise(StandIn server, Queue<HttpCheck> left) {
        HttpCheck next = left.poll();
        if (next != null && !closed) {
            new HttpProbe(loop, names, next, _ -> practise(server, left)).begin();
            return;
        }
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("The stand-in did not close: {}", e.getMessage());
        }
        practised();
    }

    private void practised() {
        practice = Practice.DONE;
        if (!closed) {
            replace();
        }
    }

    private void replace() {
        Map<Integer, Line> old = new HashMap<>(lines);
        lines.clear();
        int newcomers = 0;
        for (HttpTarget target : wanted) {
            Line line = old.get(target.index());
            if (line != null && line.target.equals(target)) {
                lines.put(target.index(), line);
                old.remove(target.index());
            } else {
                newcomers++;
            }
        }
        old.values().forEach(Line::stop);
        int place = 0;
        for (HttpTarget target : wanted) {
            if (!lines.containsKey(target.index())) {
                Line line = new Line(target, System.nanoTime() + target.interval().toNanos() * place++ / newcomers);
                lines.put(target.index(), line);
                line.await();
            }
        }
    }

    /** Turns that were left out, since they came more than 50 ms late. Never falls. Any thread. */
    public long skipped() {
        return skipped.get();
    }

    /** Nothing is told to the listener afterwards. */
    @Override
    public void close() {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                closed = true;
                lines.values().forEach(Line::stop);
            });
            names.close();
            thread.close();
        }
    }

    /** One target's checks, one after the other. */
    private final class Line {

        private final HttpTarget target;
        private long dueNanos;
        private boolean busy;
        private Optional<ScheduledFuture<?>> next = Optional.empty();

        Line(HttpTarget target, long dueNanos) {
            this.target = target;
            this.dueNanos = dueNanos;
        }

        void await() {
            next = Optional.of(loop.schedule(this::due, dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS));
        }

        void stop() {
            next.ifPresent(timer -> timer.cancel(false));
        }

        private void due() {
            long interval = target.interval().toNanos();
            long late = System.nanoTime() - dueNanos;
            // In the old step; what was missed is left out.
            long turns = 1 + Math.max(0, late) / interval;
            dueNanos += interval * turns;
            await();
            if (late > MOST_LATE_NANOS) {
                skipped.addAndGet(turns);
                return;
            }
            skipped.addAndGet(turns - 1);
            long begun = clock.millis();
            if (busy) {
                listener.ended(target.index(), begun, HttpProbe.notSent("its last check is still under way"));
            } else if (underWay >= MOST_UNDER_WAY) {
                listener.ended(target.index(), begun,
                        HttpProbe.notSent("more than " + MOST_UNDER_WAY + " checks under way"));
            } else {
                busy = true;
                underWay++;
                new HttpProbe(loop, names, target.check(), result -> {
                    busy = false;
                    underWay--;
                    if (!closed) {
                        listener.ended(target.index(), begun, result);
                    }
                }).begin();
            }
        }
    }
}
