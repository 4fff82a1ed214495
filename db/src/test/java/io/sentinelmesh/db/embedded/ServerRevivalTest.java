package io.sentinelmesh.db.embedded;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.StoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ServerRevivalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static class Server implements ServerRevival.Server {

        private final AtomicBoolean running = new AtomicBoolean(true);
        private final AtomicInteger starts = new AtomicInteger();
        private final AtomicBoolean settled = new AtomicBoolean();
        private final int failures;

        private Server(int failures) {
            this.failures = failures;
        }

        @Override
        public boolean runs() {
            return running.get();
        }

        @Override
        public void start() {
            if (starts.incrementAndGet() <= failures) {
                throw new StoreException("no space left on device");
            }
            running.set(true);
        }

        @Override
        public void settle() {
            settled.set(running.get());
        }
    }

    @Test
    void a_start_that_fails_is_tried_again() {
        Server server = new Server(1);
        try (ServerRevival _ = ServerRevival.of(server)) {
            server.running.set(false);

            await().atMost(PATIENCE).until(server::runs);
            assertThat(server.starts).hasValue(2);
        }
    }

    @Test
    void a_server_that_was_closed_stays_so() {
        Server closed = new Server(0);
        Server other = new Server(0);
        ServerRevival.of(closed).close();
        try (ServerRevival _ = ServerRevival.of(other)) {
            closed.running.set(false);
            other.running.set(false);

            // Whoever looks at both as often has looked at the first one by then.
            await().atMost(PATIENCE).until(other::runs);
            assertThat(closed.starts).hasValue(0);
        }
    }

    @Test
    void one_that_runs_is_asked_to_make_up_for_what_its_start_left_out_however_often_that_fails() {
        AtomicInteger asked = new AtomicInteger();
        Server server = new Server(0) {
            @Override
            public void settle() {
                if (asked.incrementAndGet() == 1) {
                    throw new IllegalStateException("cannot run /bin/sh");
                }
                super.settle();
            }
        };
        try (ServerRevival _ = ServerRevival.of(server)) {
            await().atMost(PATIENCE).untilTrue(server.settled);

            assertThat(server.starts).hasValue(0);
        }
    }

    @Test
    void a_look_that_fails_does_not_end_the_watch() {
        AtomicBoolean blind = new AtomicBoolean(true);
        Server server = new Server(0) {
            @Override
            public boolean runs() {
                if (blind.getAndSet(false)) {
                    throw new IllegalStateException("no such process");
                }
                return super.runs();
            }
        };
        server.running.set(false);
        try (ServerRevival _ = ServerRevival.of(server)) {
            await().atMost(PATIENCE).until(() -> server.starts.get() == 1);

            assertThat(blind).isFalse();
        }
    }

    @Test
    void a_start_that_is_under_way_is_broken_off_by_the_close() {
        CountDownLatch starting = new CountDownLatch(1);
        AtomicBoolean brokenOff = new AtomicBoolean();
        Server server = new Server(0) {
            @Override
            public void start() {
                starting.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException wanted) {
                    brokenOff.set(true);
                }
            }
        };
        server.running.set(false);
        ServerRevival revival = ServerRevival.of(server);
        await().atMost(PATIENCE).until(() -> starting.getCount() == 0);

        revival.close();

        await().atMost(PATIENCE).untilTrue(brokenOff);
    }
}
