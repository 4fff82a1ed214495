package io.sentinelmesh.probe.http;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.kind.Settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class HttpProbingTest {

    private static final Duration OFTEN = Duration.ofMillis(20);

    private final Map<Integer, Queue<String>> heard = new ConcurrentHashMap<>();

    private HttpProbing start() {
        return new HttpProbing(Clock.systemUTC(), (target, _, result) -> heard
                .computeIfAbsent(target, _ -> new ConcurrentLinkedQueue<>()).add(result.outcome().word()));
    }

    private static HttpCheck check(String url, String timeout) {
        HttpKind kind = new HttpKind();
        return kind.check(url, Settings.of(kind.settings(), Map.of("timeout", timeout)));
    }

    private int count(int target) {
        return heard.getOrDefault(target, new ConcurrentLinkedQueue<>()).size();
    }

    @Test
    void each_target_is_checked_again_and_again_until_it_is_replaced() throws Exception {
        try (WebServer server = WebServer.plain().on("/good", 200, "").on("/bad", 500, "");
                HttpProbing probing = start()) {
            HttpTarget bad = new HttpTarget(2, check(server.url("/bad"), "5s"), OFTEN);
            probing.probe(List.of(new HttpTarget(1, check(server.url("/good"), "5s"), OFTEN), bad));
            await().until(() -> count(1) >= 5 && count(2) >= 5);

            probing.probe(List.of(bad));

            int before = count(2);
            await().until(() -> count(2) >= before + 5);
            int good = count(1);
            await().until(() -> count(2) >= before + 15);
            assertThat(count(1)).isEqualTo(good);
            assertThat(heard.get(1)).contains("ok").doesNotContain("status-unexpected");
            assertThat(heard.get(2)).contains("status-unexpected").doesNotContain("ok");
        }
    }

    @Test
    void a_check_that_is_still_under_way_is_not_joined_by_another() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
                HttpProbing probing = start()) {
            probing.probe(List.of(
                    new HttpTarget(1, check("http://127.0.0.1:" + silent.getLocalPort() + "/", "300ms"), OFTEN)));

            await().until(() -> heard.getOrDefault(1, new ConcurrentLinkedQueue<>()).contains("timeout"));

            assertThat(heard.get(1).peek()).isEqualTo("not-sent");
        }
    }

    /** All targets at once would measure one another. */
    @Test
    void what_is_late_after_a_pause_is_left_out_and_counted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger checks = new AtomicInteger();
        try (WebServer server = WebServer.plain().on("/", 200, "");
                HttpProbing probing = new HttpProbing(Clock.systemUTC(), (_, _, _) -> {
                    if (checks.incrementAndGet() == 1) {
                        pause(never);
                    }
                })) {
            probing.probe(IntStream.range(0, 20)
                    .mapToObj(i -> new HttpTarget(i, check(server.url("/"), "5s"), Duration.ofMillis(200))).toList());

            await().until(() -> checks.get() > 20);

            // 300 ms are a turn and a half of each.
            assertThat(probing.skipped()).isGreaterThanOrEqualTo(15);
        }
    }

    /** The thread that checks. */
    private static void pause(CountDownLatch never) {
        try {
            assertThat(never.await(300, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nothing_is_heard_after_it_is_closed() throws Exception {
        try (WebServer server = WebServer.plain().on("/", 200, "")) {
            HttpProbing probing = start();
            probing.probe(List.of(new HttpTarget(1, check(server.url("/"), "5s"), OFTEN)));
            await().until(() -> count(1) >= 1);

            probing.close();

            int before = count(1);
            assertThatThrownBy(() -> probing.probe(List.of())).isInstanceOf(RuntimeException.class);
            assertThat(count(1)).isEqualTo(before);
        }
    }

    @Test
    void two_targets_of_one_index_are_refused() {
        try (HttpProbing probing = start()) {
            HttpTarget target = new HttpTarget(1, check("http://127.0.0.1/", "5s"), OFTEN);

            assertThatThrownBy(() -> probing.probe(List.of(target, target)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("index 1");
        }
    }
}
