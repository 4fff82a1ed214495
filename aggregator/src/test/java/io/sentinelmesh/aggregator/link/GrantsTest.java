package io.sentinelmesh.aggregator.link;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.aggregator.ingest.Credits;

import static org.assertj.core.api.Assertions.assertThat;

class GrantsTest {

    /** Of 8,000 results, until others were seen. */
    private static final int LARGEST_BATCH = 8_000;
    private static final int ROOM = 500_000;

    private final Map<Integer, Integer> told = new HashMap<>();
    private final Grants<Integer> grants = new Grants<>(new Credits(ROOM), told::put);

    private long mayCome() {
        return told.values().stream().mapToLong(Integer::longValue).sum() * LARGEST_BATCH;
    }

    private void thousandCome() {
        IntStream.range(0, 1_000).forEach(link -> grants.opened(link, 0));
    }

    @Test
    void the_first_agents_get_all_there_is() {
        grants.opened(1, 0);
        grants.opened(2, 0);

        assertThat(told).containsExactlyInAnyOrderEntriesOf(Map.of(1, Credits.OPEN, 2, Credits.OPEN));
    }

    @Test
    void a_thousand_that_come_at_once_with_a_backlog_are_not_asked_for_more_than_the_queue_takes() {
        thousandCome();

        assertThat(told).hasSize(1_000);
        assertThat(mayCome()).isPositive().isLessThanOrEqualTo(ROOM / 2);
    }

    @Test
    void all_get_their_turn_while_the_queue_stays_empty() {
        thousandCome();
        for (int beat = 0; beat < 40; beat++) {
            long before = mayCome();
            grants.beat(0);
            assertThat(mayCome() - before).isLessThanOrEqualTo(ROOM / 2);
        }

        assertThat(told.values()).containsOnly(1);
    }

    @Test
    void while_the_queue_is_filling_nobody_gets_more_and_when_it_is_half_full_all_have_none() {
        thousandCome();
        Map<Integer, Integer> before = Map.copyOf(told);
        grants.beat(0.3);
        before.forEach((link, credit) -> assertThat(told.get(link)).isLessThanOrEqualTo(credit));

        grants.adjust(0.6);

        assertThat(told.values()).containsOnly(0);
    }

    @Test
    void those_who_had_their_turn_come_last_the_next_time() {
        thousandCome();
        grants.adjust(0.6);
        grants.beat(0);
        Map<Integer, Integer> first = Map.copyOf(told);
        grants.adjust(0.6);
        grants.beat(0);

        assertThat(told.entrySet()).filteredOn(each -> each.getValue() > 0).isNotEmpty()
                .allSatisfy(each -> assertThat(first.get(each.getKey())).isZero());
    }

    @Test
    void at_the_end_nobody_may_send_and_who_comes_then_neither() {
        grants.opened(1, 0);
        grants.end();
        grants.opened(2, 0);
        grants.beat(0);

        assertThat(told.values()).containsOnly(0);
    }
}
