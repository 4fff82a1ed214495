package io.sentinelmesh.agent.path;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.route.FlowTrace;

/** Traces this agent's destinations, a few at once, on threads of its own. Every method returns at once and may be called from any thread. */
public final class PathWatch {

    static final int MOST_AT_ONCE = 2;

    private static final Logger LOG = LoggerFactory.getLogger(PathWatch.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(50);

    /** What looks at the network; {@link FlowTrace} outside of tests. */
    interface Eye {
        FlowTrace.Sight look(InetAddress target, int expectedHops) throws InterruptedException;
    }

    private final Eye eye;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Turns turns;
    private final Alarms alarms = new Alarms();
    private final TraceOutbox outbox = new TraceOutbox();
    /** None while nothing is to be traced; guarded by itself. */
    private final List<OwnerThread> threads = new ArrayList<>();
    private volatile String reported = "";

    PathWatch(NodeId self, Eye eye, InstantSource clock, LongSupplier nanoTime) {
        this.eye = eye;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.turns = new Turns(self.hashCode());
    }

    /** @param source address of this host that test packets carry */
    public static PathWatch of(NodeId self, Optional<InetAddress> source, InstantSource clock) {
        return new PathWatch(self,
                (target, hops) -> FlowTrace.take(target, source.filter(own -> own.getClass() == target.getClass()),
                        FlowTrace.sourcePort(target, self.hashCode()), hops),
                clock, System::nanoTime);
    }

    /** What waits for the next finished round. */
    public TraceOutbox outbox() {
        return outbox;
    }

    /** @param interval empty: nothing is traced */
    public void every(Optional<Duration> interval) {
        turns.every(interval.orElse(Duration.ZERO), nanoTime.getAsLong());
        if (interval.isEmpty()) {
            end();
        } else if (!FlowTrace.isSupported()) {
            report("this system has no sockets to trace paths with: they are not traced");
        } else {
            begin();
        }
    }

    private void begin() {
        synchronized (threads) {
            while (threads.size() < MOST_AT_ONCE) {
                OwnerThread thread = new OwnerThread("path-tracer-" + (threads.size() + 1));
                thread.every(TICK, this::traceAllThatAreDue);
                threads.add(thread);
            }
        }
    }

    /** The plan's destinations, by the address that is measured. */
    public void destinations(Map<NodeId, InetAddress> wanted) {
        turns.destinations(wanted, nanoTime.getAsLong());
        alarms.keepOnly(wanted.keySet());
    }

    /** A round is finished: a destination to which something happened has its turn soon. */
    public void finished(MatrixRow row) {
        long now = nanoTime.getAsLong();
        alarms.look(row).forEach(destination -> turns.hurry(destination, now));
    }

    private void traceAllThatAreDue() {
        Optional<Turns.Turn> turn = turns.next(nanoTime.getAsLong());
        while (turn.isPresent() && trace(turn.get())) {
            turn = turns.next(nanoTime.getAsLong());
        }
    }

    /** @return whether to go on */
    private boolean trace(Turns.Turn turn) {
        int sent = 0;
        int hops = 0;
        try {
            // As exact as it travels.
            var at = clock.instant().truncatedTo(ChronoUnit.MICROS);
            FlowTrace.Sight sight = eye.look(turn.address(), turn.expectedHops());
            sent = sight.packets();
            hops = sight.path().reached() ? sight.path().hops().size() : 0;
            outbox.add(new PathTrace(turn.destination(), at, turn.address(), sight.flow(), sight.path(),
                    sight.outcome(), sight.labels()));
            return true;
        } catch (NativeCallException e) {
            report("paths can't be traced: " + e.getMessage());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            turns.done(turn, sent, hops);
        }
    }

    /** Once, not again and again. */
    private void report(String trouble) {
        if (!trouble.equals(reported)) {
            reported = trouble;
            LOG.warn(trouble);
        }
    }

    private void end() {
        synchronized (threads) {
            for (OwnerThread thread : threads) {
                try {
                    thread.end(() -> {
                    }, CLOSE_LIMIT);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            threads.clear();
        }
    }

    public void close() {
        turns.every(Duration.ZERO, nanoTime.getAsLong());
        end();
    }
}
