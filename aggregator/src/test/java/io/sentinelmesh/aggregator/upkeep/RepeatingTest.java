package io.sentinelmesh.aggregator.upkeep;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RepeatingTest {

    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final Repeating repeating = new Repeating("do its work", Duration.ofMillis(5), () -> {
        turns.incrementAndGet();
        if (broken.get()) {
            throw new LinkageError("made by the test");
        }
    });
    private final Thread thread = Thread.ofVirtual().start(repeating);

    @AfterEach
    void stop() {
        repeating.stop();
    }

    @Test
    void an_error_does_not_end_it_and_is_told_until_a_turn_goes_well() {
        await().until(() -> turns.get() >= 3);
        await().untilAsserted(() -> assertThat(repeating.trouble()).hasValueSatisfying(
                trouble -> assertThat(trouble).contains("could not do its work", "made by the test")));

        broken.set(false);

        await().untilAsserted(() -> assertThat(repeating.trouble()).isEmpty());
    }

    @Test
    void a_stop_gives_it_one_last_turn() throws InterruptedException {
        broken.set(false);
        await().until(() -> turns.get() > 0);
        repeating.stop();

        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertThat(repeating.trouble()).isEmpty();
    }
}
