package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class FinishedRowsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeId OSLO = NodeId.random();
    private static final NodeId UNNAMED = NodeId.random();

    private final FinishedRows rows = new FinishedRows(
            id -> id.equals(OSLO) ? Optional.of("oslo") : Optional.empty());
    private final Heard heard = new Heard();

    private static MatrixRow row(int number) {
        return new MatrixRow(NodeId.random(), ProbeKind.ICMP_ECHO, START.plusSeconds(10L * number),
                Duration.ofSeconds(10),
                List.of(PairResult.of(OSLO, 10, 300, 400, 500), PairResult.of(UNNAMED, 10)));
    }

    private FutureTask<Integer> following(Order.Answer answer, String... words) {
        FutureTask<Integer> task = new FutureTask<>(() -> rows.run(List.of(words), answer));
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void each_result_is_a_line_with_destination_packets_and_median() throws Exception {
        FutureTask<Integer> task = following(heard, "2");
        await().until(() -> {
            rows.finished(row(0));
            return task.isDone();
        });

        assertThat(task.get()).isZero();
        assertThat(heard.out).hasSize(2);
        assertThat(heard.out.getFirst()).contains("2026-01-01T00:00:00Z").contains("icmp-echo").contains("oslo")
                .contains("sent 10, received  3, median 0.400 ms");
        assertThat(heard.out.getLast()).contains(UNNAMED.toString()).contains("no answer");
    }

    @Test
    void as_json_each_result_is_an_object() throws Exception {
        FutureTask<Integer> task = following(heard, "json", "2");
        await().until(() -> {
            rows.finished(row(0));
            return task.isDone();
        });

        JsonNode first = new ObjectMapper().readTree(heard.out.getFirst());
        assertThat(first.get("name").asText()).isEqualTo("oslo");
        assertThat(first.get("destination").asText()).isEqualTo(OSLO.toString());
        assertThat(first.get("medianMicros").asInt()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(heard.out.getLast()).get("medianMicros").isNull()).isTrue();
    }

    @Test
    void whoever_reads_too_slowly_loses_rounds_and_is_told_how_many() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        Order.Answer slow = new Order.Answer() {
            @Override
            public void out(String line) throws IOException {
                heard.out(line);
                reading.countDown();
                try {
                    stuck.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public void err(String line) throws IOException {
                heard.err(line);
            }

            @Override
            public void stillHere() {
                // Never gone.
            }
        };
        FutureTask<Integer> task = following(slow, "1000");
        while (reading.getCount() > 0) {
            rows.finished(row(0));
            Thread.onSpinWait();
        }

        for (int i = 0; i < FinishedRows.MOST_WAITING_ROWS + 5; i++) {
            rows.finished(row(i));
        }
        stuck.countDown();

        await().until(() -> !heard.err.isEmpty());
        int leftOut = Integer.parseInt(heard.err.getFirst().split(" ", 2)[0]);
        assertThat(leftOut).isGreaterThanOrEqualTo(5);
        task.cancel(true);
    }

    @Test
    void whoever_goes_away_makes_room_for_another() throws Exception {
        Heard first = new Heard();
        following(first);
        for (int i = 1; i < FinishedRows.MOST_READERS; i++) {
            following(new Heard());
        }
        await().until(() -> rows.run(List.of("0"), heard) == ControlSocket.BUSY);
        assertThat(heard.err).last().asString().contains("others read along");

        first.gone = true;

        await().until(() -> rows.run(List.of("0"), heard) == 0);
    }
}
