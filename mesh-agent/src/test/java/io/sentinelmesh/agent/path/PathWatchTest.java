package io.sentinelmesh.agent.path;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.measurement.TraceOutcome;
import io.sentinelmesh.probe.route.FlowTrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** With a stand-in for the network. */
@EnabledOnOs(OS.LINUX)
class PathWatchTest {

    private static final InetAddress TARGET = InetAddress.ofLiteral("198.51.100.1");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456789Z");
    private static final FlowTrace.Sight SIGHT = new FlowTrace.Sight(40_000,
            new Path(List.of(Optional.empty(), Optional.of(TARGET)), true), TraceOutcome.REACHED, new TreeMap<>(), 12);

    private final NodeId destination = NodeId.random();
    private final CountDownLatch held = new CountDownLatch(1);
    private final AtomicInteger looking = new AtomicInteger();
    private Optional<PathWatch> watch = Optional.empty();

    private PathWatch watch(PathWatch.Eye eye) {
        PathWatch made = new PathWatch(NodeId.random(), eye, InstantSource.fixed(NOON), new AtomicTime()::next);
        watch = Optional.of(made);
        return made;
    }

    /** A minute passes each time somebody looks at it. */
    private static final class AtomicTime {
        private long now;

        synchronized long next() {
            now += Duration.ofMinutes(1).toNanos();
            return now;
        }
    }

    @AfterEach
    void close() {
        held.countDown();
        watch.ifPresent(PathWatch::close);
    }

    @Test
    void what_was_seen_waits_for_the_next_round() {
        PathWatch paths = watch((_, _) -> SIGHT);
        paths.destinations(Map.of(destination, TARGET));
        paths.every(Optional.of(Duration.ofHours(10)));

        await().until(() -> paths.outbox().made() > 0);

        assertThat(paths.outbox().take().getFirst()).isEqualTo(new PathTrace(destination,
                Instant.parse("2026-01-01T12:00:00.123456Z"), TARGET, 40_000, SIGHT.path(), TraceOutcome.REACHED,
                new TreeMap<>()));
        assertThat(paths.outbox().take()).isEmpty();
    }

    @Test
    void a_few_are_traced_at_once_and_closing_does_not_wait_for_them() {
        PathWatch paths = watch((_, _) -> {
            looking.incrementAndGet();
            held.await();
            return SIGHT;
        });
        paths.destinations(Map.of(NodeId.random(), TARGET, NodeId.random(), TARGET, NodeId.random(), TARGET));
        paths.every(Optional.of(Duration.ofHours(10)));

        await().until(() -> looking.get() == PathWatch.MOST_AT_ONCE);
        paths.close();

        assertThat(paths.outbox().made()).isZero();
        assertThat(looking.get()).isEqualTo(PathWatch.MOST_AT_ONCE);
    }

    @Test
    void traces_for_which_no_round_comes_make_room_for_newer_ones_and_are_counted() {
        TraceOutbox outbox = new TraceOutbox();
        for (int i = 0; i < TraceOutbox.MOST + 3; i++) {
            outbox.add(new PathTrace(destination, NOON, TARGET, i, SIGHT.path(), TraceOutcome.REACHED,
                    new TreeMap<>()));
        }

        assertThat(outbox.dropped()).isEqualTo(3);
        assertThat(outbox.take()).hasSize(TraceOutbox.MOST_AT_ONCE).extracting(PathTrace::flow).startsWith(3, 4);
    }
}
