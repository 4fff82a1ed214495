package io.sentinelmesh.agent.path;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.path.Turns.Turn;
import io.sentinelmesh.measurement.NodeId;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class TurnsTest {

    private static final Duration INTERVAL = ofMinutes(10);
    private static final int PACKETS = 10;

    private final Turns turns = new Turns(7);
    /** Near where it wraps: nanoTime means nothing but by differences. */
    private long now = Long.MAX_VALUE - 1_000_000_000L;
    private final Map<NodeId, InetAddress> destinations = new HashMap<>();

    private void passes(Duration time) {
        now += time.toNanos();
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            destinations.put(NodeId.random(), InetAddress.ofLiteral("198.51.100." + i % 250));
        }
        turns.destinations(destinations, now);
        turns.every(INTERVAL, now);
    }

    private List<NodeId> traced(Duration during) {
        List<NodeId> traced = new ArrayList<>();
        for (int second = 0; second < during.toSeconds(); second++) {
            passes(ofSeconds(1));
            Optional<Turn> turn = turns.next(now);
            while (turn.isPresent()) {
                traced.add(turn.get().destination());
                turns.done(turn.get(), PACKETS, 3);
                turn = turns.next(now);
            }
        }
        return traced;
    }

    @Test
    void each_destination_has_its_first_turn_within_a_minute_and_then_one_in_an_interval() {
        begin(40);

        assertThat(traced(ofSeconds(61))).hasSize(40).containsExactlyInAnyOrderElementsOf(destinations.keySet());
        assertThat(traced(INTERVAL.minus(ofSeconds(62)))).isEmpty();
        assertThat(traced(ofSeconds(65))).hasSize(40).containsExactlyInAnyOrderElementsOf(destinations.keySet());
    }

    @Test
    void turns_are_spread_and_never_more_packets_leave_than_the_bound() {
        begin(400);
        int most = 0;
        for (int second = 0; second < 90; second++) {
            most = Math.max(most, traced(ofSeconds(1)).size());
        }

        // What is left of a second's packets allows one trace more.
        assertThat(most).isLessThanOrEqualTo(Turns.MOST_PACKETS_PER_SECOND / PACKETS + 1);
    }

    @Test
    void nobody_has_two_turns_at_once() {
        begin(1);
        passes(ofMinutes(1));
        Turn turn = turns.next(now).orElseThrow();

        passes(INTERVAL.multipliedBy(3));
        assertThat(turns.next(now)).isEmpty();
        turns.done(turn, PACKETS, 3);
        assertThat(turns.next(now)).contains(new Turn(turn.destination(), turn.address(), 3));
    }

    @Test
    void one_to_which_something_happened_comes_sooner_but_not_more_than_once_a_minute() {
        begin(3);
        traced(ofMinutes(2));
        NodeId node = destinations.keySet().iterator().next();

        turns.hurry(node, now);
        assertThat(traced(ofSeconds(2))).containsExactly(node);
        turns.hurry(node, now);
        assertThat(traced(ofSeconds(57))).isEmpty();
        assertThat(traced(ofSeconds(5))).containsExactly(node);
        turns.hurry(NodeId.random(), now);
        assertThat(traced(ofSeconds(5))).isEmpty();
    }

    @Test
    void another_address_is_traced_at_once_and_its_length_is_not_known() {
        begin(1);
        traced(ofMinutes(2));
        NodeId node = destinations.keySet().iterator().next();

        turns.destinations(Map.of(node, InetAddress.ofLiteral("2001:db8::1")), now);

        assertThat(turns.next(now)).contains(new Turn(node, InetAddress.ofLiteral("2001:db8::1"), 0));
    }

    @Test
    void nothing_is_traced_when_it_is_off_and_it_begins_again_when_it_is_on() {
        begin(5);
        traced(ofMinutes(2));
        turns.every(Duration.ZERO, now);
        assertThat(traced(INTERVAL.multipliedBy(2))).isEmpty();

        turns.every(INTERVAL, now);
        assertThat(traced(ofSeconds(61))).hasSize(5);
    }

    @Test
    void a_shorter_interval_takes_effect_at_once() {
        begin(5);
        traced(ofMinutes(2));

        turns.every(ofSeconds(10), now);

        assertThat(new HashSet<>(traced(ofSeconds(11)))).hasSize(5);
    }

    @Test
    void one_that_is_not_planned_any_more_has_no_turn() {
        begin(5);
        turns.destinations(Map.of(), now);

        assertThat(traced(ofMinutes(2))).isEmpty();
    }
}
