package io.sentinelmesh.probe.stamp;

import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RelativeDelayTest {

    private static final long SECOND = 1_000_000_000L;

    @Property
    void queueing_is_never_negative(
            @ForAll @Size(min = 1, max = 100) List<@LongRange(min = -SECOND, max = SECOND) Long> differences,
            @ForAll @LongRange(min = 1, max = SECOND) long step) {
        RelativeDelay delay = new RelativeDelay(SECOND);
        long time = 0;
        for (long difference : differences) {
            delay.add(time, difference);
            assertThat(delay.queueingNanos(time, difference)).isNotNegative();
            assertThat(delay.uncertaintyNanos()).isNotNegative();
            time += step;
        }
    }

    @Property
    void some_packet_of_the_window_is_spared_queueing(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = -SECOND, max = SECOND) Long> differences) {
        RelativeDelay delay = new RelativeDelay(SECOND);
        for (int i = 0; i < differences.size(); i++) {
            delay.add(i * SECOND / 4, differences.get(i));
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < differences.size(); i++) {
            least = Math.min(least, delay.queueingNanos(i * SECOND / 4, differences.get(i)));
        }

        assertThat(least).isLessThanOrEqualTo(2);
    }

    @Property(tries = 100)
    void offset_and_drift_of_the_clocks_are_not_taken_for_queueing(@ForAll long seed,
            @ForAll @LongRange(min = -3_600 * SECOND, max = 3_600 * SECOND) long offset,
            @ForAll @IntRange(min = -90, max = 90) int partsPerMillion) {
        Random random = new Random(seed);
        RelativeDelay delay = new RelativeDelay(SECOND);
        long worst = 0;
        for (int i = 0; i < 160; i++) {
            long time = i * SECOND / 10;
            // One packet of three is spared; the others queue for up to 5 ms.
            long queueing = i % 3 == 0 ? 0 : random.nextLong(5_000_000L);
            long difference = offset + 200_000 + time / 1_000_000 * partsPerMillion + queueing;
            delay.add(time, difference);
            if (i > 100) {
                worst = Math.max(worst, Math.abs(delay.queueingNanos(time, difference) - queueing));
            }
        }

        assertThat(worst).isLessThan(2_000);
        assertThat(delay.drift() * 1e6).isBetween(partsPerMillion - 1.0, partsPerMillion + 1.0);
        assertThat(delay.uncertaintyNanos()).isLessThan(2_000);
    }

    @Example
    void a_queue_that_grows_is_not_taken_for_a_clock_that_drifts() {
        RelativeDelay delay = new RelativeDelay(SECOND);
        for (int i = 0; i < 160; i++) {
            delay.add(i * SECOND / 10, i * 1_000_000L);
        }

        // 10 ms a second are 10,000 parts per million: no two clocks do that.
        assertThat(delay.drift()).isLessThanOrEqualTo(RelativeDelay.MOST_DRIFT);
        assertThat(delay.queueingNanos(159 * SECOND / 10, 159_000_000L)).isGreaterThan(140_000_000L);
        assertThat(delay.uncertaintyNanos()).isGreaterThan(50_000_000L);
    }

    @Example
    void what_is_older_than_the_window_is_forgotten() {
        RelativeDelay delay = new RelativeDelay(SECOND);
        delay.add(0, 0);
        for (int i = 1; i <= 40; i++) {
            delay.add(i * SECOND, 7_000_000L);
        }

        // The path got longer for good.
        assertThat(delay.queueingNanos(40 * SECOND, 7_000_000L)).isLessThanOrEqualTo(1);
    }
}
