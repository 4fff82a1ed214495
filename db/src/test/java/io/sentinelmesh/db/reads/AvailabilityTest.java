package io.sentinelmesh.db.reads;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;

import static io.sentinelmesh.db.reads.Results.agent;
import static io.sentinelmesh.db.reads.Results.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AvailabilityTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final Window TEN_MINUTES = new Window(START, START.plusSeconds(600));
    private static final Objective TENTH = new Objective(0.1, OptionalInt.empty());

    private final MeshNode one = agent("one", "x");
    private final MeshNode two = agent("two", "y");

    private static Availability availability(Objective objective, Window... maintenance) {
        return new Availability(objective, TEN_MINUTES, Slot.MINUTE, List.of(maintenance), 100);
    }

    private void minute(Availability to, int minute, int sent, int... delays) {
        to.pair(one, two, 0, START.plusSeconds(60L * minute), of(sent, delays));
    }

    @Test
    void an_objective_is_met_when_exactly_so_much_was_lost_whatever_binary_fractions_are() {
        for (int lost = 0; lost <= 100; lost++) {
            DelaySketch results = of(100, Collections.nCopies(100 - lost, 7).stream().mapToInt(i -> i).toArray());

            assertThat(new Objective(lost / 100.0, OptionalInt.empty()).met(results)).as("%s %%", lost).isTrue();
            if (lost > 0) {
                assertThat(new Objective((lost - 1) / 100.0, OptionalInt.empty()).met(results)).as("%s %%", lost)
                        .isFalse();
            }
        }
    }

    @Test
    void a_slot_without_data_is_neither_met_nor_missed() {
        Availability availability = availability(TENTH);
        minute(availability, 0, 2, 100, 100);
        minute(availability, 1, 2, 100);
        minute(availability, 2, 0);

        PairAvailability pair = availability.pairs().getFirst();
        assertThat(pair.slots()).isEqualTo(new SlotCounts(1, 1, 8, 0));
        assertThat(pair.slots().availability()).isEqualTo(0.5);
        assertThat(pair.sent()).isEqualTo(4);
        assertThat(pair.received()).isEqualTo(3);
    }

    @Test
    void a_pair_that_told_nothing_has_no_availability() {
        Availability availability = availability(TENTH);
        minute(availability, 0, 0);

        assertThat(availability.pairs().getFirst().slots()).isEqualTo(new SlotCounts(0, 0, 10, 0));
        assertThat(availability.pairs().getFirst().slots().availability()).isNaN();
    }

    @Test
    void slots_that_lie_in_maintenance_even_in_part_do_not_count_and_those_beside_it_do() {
        // From the middle of minute 2 to the end of minute 4, and before and after the window.
        Availability availability = availability(TENTH, window(150, 300), window(-500, 0), window(-90, 30),
                window(600, 700), window(599, 900));
        for (int minute = 0; minute < 10; minute++) {
            minute(availability, minute, 1);
        }

        assertThat(availability.pairs().getFirst().slots()).isEqualTo(new SlotCounts(0, 5, 0, 5));
        assertThat(availability.pairs().getFirst().sent()).isEqualTo(5);
    }

    private static Window window(int from, int to) {
        return new Window(START.plusSeconds(from), START.plusSeconds(to));
    }

    @Test
    void exactly_as_much_loss_as_was_promised_is_met() {
        Availability availability = availability(TENTH);
        minute(availability, 0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        minute(availability, 1, 10, 1, 2, 3, 4, 5, 6, 7, 8);

        assertThat(availability.pairs().getFirst().slots()).isEqualTo(new SlotCounts(1, 1, 8, 0));
    }

    @Test
    void a_promised_delay_is_missed_by_a_longer_median_and_by_no_answer_at_all() {
        Availability availability = availability(new Objective(1, OptionalInt.of(50)));
        minute(availability, 0, 3, 10, 50, 900);
        minute(availability, 1, 3, 10, 51, 900);
        minute(availability, 2, 3);

        assertThat(availability.pairs().getFirst().slots()).isEqualTo(new SlotCounts(1, 2, 7, 0));
    }

    @Test
    void pairs_of_sites_are_sums_of_their_pairs() {
        Availability availability = availability(TENTH);
        minute(availability, 0, 1, 100);
        minute(availability, 1, 1);
        MeshNode three = agent("three", "x");
        availability.pair(three, two, 0, START, of(4, 1, 2, 3, 4));
        availability.pair(two, one, 0, START, of(4));

        assertThat(availability.sitePairs()).containsExactly(
                new SitePairAvailability("x", "y", 2, 6, 5, new SlotCounts(2, 1, 17, 0)),
                new SitePairAvailability("y", "x", 1, 4, 0, new SlotCounts(0, 1, 9, 0)));
    }

    @Test
    void more_pairs_than_wanted_are_refused_with_what_to_ask_instead() {
        Availability availability = new Availability(TENTH, TEN_MINUTES, Slot.MINUTE, List.of(), 1);
        minute(availability, 0, 1);
        minute(availability, 1, 1);

        assertThatThrownBy(() -> availability.pair(two, one, 0, START, of(1)))
                .isInstanceOf(UnanswerableException.class).hasMessageContaining("sourceSite");
    }
}
