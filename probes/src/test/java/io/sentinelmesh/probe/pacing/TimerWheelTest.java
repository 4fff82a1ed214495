package io.sentinelmesh.probe.pacing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The wheel against the simplest thing that does the same: a map of deadlines that is searched whole. */
class TimerWheelTest {

    private static final int TIMERS = 12;
    private static final long MILLI = 1_000_000;

    /** What is done to the wheel. */
    private sealed interface Deed {

        record Arm(int timer, long in) implements Deed {
        }

        record Cancel(int timer) implements Deed {
        }

        record Pass(long nanos) implements Deed {
        }
    }

    @Property
    void it_fires_what_is_due_and_nothing_else(@ForAll long start, @ForAll("deeds") List<Deed> deeds) {
        long now = start >> 1;
        TimerWheel wheel = new TimerWheel(TIMERS, now);
        Map<Integer, Long> model = new TreeMap<>();

        for (Deed deed : deeds) {
            switch (deed) {
                case Deed.Arm(int timer, long in) -> {
                    wheel.arm(timer, now + in);
                    model.put(timer, now + in);
                }
                case Deed.Cancel(int timer) -> {
                    wheel.cancel(timer);
                    model.remove(timer);
                }
                case Deed.Pass(long nanos) -> now += nanos;
            }
            if (deed instanceof Deed.Pass) {
                assertThat(fired(wheel, now)).containsExactlyInAnyOrderElementsOf(due(model, now));
            }
            assertThat(model.keySet()).allMatch(wheel::isArmed);
            assertThat(wheel.earliest())
                    .isEqualTo(model.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE));
        }
    }

    private static List<Integer> fired(TimerWheel wheel, long now) {
        List<Integer> fired = new ArrayList<>();
        for (int timer = wheel.poll(now); timer != TimerWheel.NONE; timer = wheel.poll(now)) {
            fired.add(timer);
        }
        return fired;
    }

    private static List<Integer> due(Map<Integer, Long> model, long now) {
        List<Integer> due = model.entrySet().stream().filter(entry -> entry.getValue() <= now).map(Map.Entry::getKey)
                .toList();
        due.forEach(model::remove);
        return due;
    }

    @Provide
    Arbitrary<List<Deed>> deeds() {
        Arbitrary<Integer> timer = Arbitraries.integers().between(0, TIMERS - 1);
        // Into the past, within a tick, within a revolution, beyond it.
        Arbitrary<Long> in = Arbitraries.oneOf(Arbitraries.longs().between(-5 * MILLI, 5 * MILLI),
                Arbitraries.longs().between(0, 5_000 * MILLI), Arbitraries.longs().between(0, 40_000 * MILLI));
        Arbitrary<Deed> arm = Combinators.combine(timer, in).as(Deed.Arm::new);
        Arbitrary<Deed> cancel = timer.map(Deed.Cancel::new);
        Arbitrary<Deed> pass = Arbitraries.oneOf(Arbitraries.longs().between(0, 20 * MILLI),
                Arbitraries.longs().between(0, 9_000 * MILLI)).map(Deed.Pass::new);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(4, arm), net.jqwik.api.Tuple.of(1, cancel),
                net.jqwik.api.Tuple.of(3, pass)).list().ofMaxSize(60);
    }

    @Test
    void within_a_tick_the_first_armed_fires_first() {
        TimerWheel wheel = new TimerWheel(3, 0);
        wheel.arm(2, 100);
        wheel.arm(0, 50);
        wheel.arm(1, 70);

        assertThat(fired(wheel, MILLI)).containsExactly(2, 0, 1);
    }

    @Test
    void growing_changes_nothing_that_is_armed() {
        TimerWheel wheel = new TimerWheel(1, 0);
        wheel.arm(0, 5 * MILLI);

        wheel.grow(100);
        wheel.arm(99, 6 * MILLI);

        assertThat(wheel.earliest()).isEqualTo(5 * MILLI);
        assertThat(fired(wheel, 7 * MILLI)).containsExactly(0, 99);
    }

    @Test
    void a_hundred_thousand_turns_allocate_nothing() {
        TimerWheel wheel = new TimerWheel(1_000, 0);
        for (int i = 0; i < 1_000; i++) {
            wheel.arm(i, i * MILLI);
        }
        com.sun.management.ThreadMXBean thread = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory
                .getThreadMXBean();
        turns(wheel, 0, 10_000);

        long before = thread.getCurrentThreadAllocatedBytes();
        long fired = turns(wheel, 10_000, 100_000);
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;

        assertThat(fired).isEqualTo(100_000);
        // What reading the counter itself costs.
        assertThat(allocated).isLessThan(1_000);
    }

    private static long turns(TimerWheel wheel, long from, long milliseconds) {
        long fired = 0;
        for (long now = from; now < from + milliseconds; now++) {
            for (int timer = wheel.poll(now * MILLI); timer != TimerWheel.NONE; timer = wheel.poll(now * MILLI)) {
                wheel.arm(timer, (now + 1_000) * MILLI);
                fired++;
            }
        }
        return fired;
    }
}
