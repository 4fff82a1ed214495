package io.sentinelmesh.db.embedded;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.StoreException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ServerRevivalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final class Server implements ServerRevival.Server {

        private final AtomicBoolean running = new AtomicBoolean(true);
        private final AtomicInteger starts = new AtomicInteger();
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
}
