package io.sentinelmesh.agent.round;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Random;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A wall clock that is set again and again, by milliseconds and by hours, both ways, while a pair is measured. */
class SteppedClockPropertiesTest {

    private static final long START = Duration.ofSeconds(1_000_000).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration LONGEST_DELAY = Duration.ofMillis(900);
    private static final int PACKETS = 400;

    private static final NodeId PEER = NodeId.random();

    /** Adds up the packets of all rounds that are given out. A packet's delay in microseconds is its number, so each is known by it. */
    private static final class Sum implements RoundSink {

        private final long[] sentNanos = new long[PACKETS];
        private long packets;

        @Override
        public void finished(MatrixRow row) {
            assertThat(row.results()).hasSize(1);
            PairResult result = row.results().getFirst();
            packets += result.sent() + result.notSent();
            long start = row.roundStart().getEpochSecond() * SECOND;
            for (int number : result.delays().toMicros()) {
                assertThat(sentNanos[number]).isBetween(start, start + RoundShape.DEFAULT.length().toNanos());
            }
        }

        @Override
        public void live(LiveRow row) {
            assertThat(row.cells().size()).isLessThanOrEqualTo(1);
        }
    }

    /** @param dueNanos by a clock that nobody sets */
    private record UnderWay(int number, long sentNanos, long dueNanos) {
    }

    @Property(tries = 100)
    void every_packet_is_in_the_round_it_was_sent_in_or_counted_as_unplaced(@ForAll long seed) {
        Random random = new Random(seed);
        Sum rounds = new Sum();
        RoundRecorder recorder = new RoundRecorder(NodeId.random(), RoundShape.DEFAULT, rounds);
        BitSet probed = new BitSet();
        probed.set(0);
        recorder.measures(ProbeKind.ICMP_ECHO, List.of(PEER), probed);
        Deque<UnderWay> underWay = new ArrayDeque<>();
        long steady = 0;
        long offset = START;
        recorder.tick(offset);

        for (int packet = 0; packet < PACKETS; packet++) {
            if (random.nextInt(20) == 0) {
                offset += step(random);
            }
            rounds.sentNanos[packet] = steady + offset;
            underWay.add(new UnderWay(packet, steady + offset, steady + random.nextLong(LONGEST_DELAY.toNanos())));
            for (int tick = 0; tick < 10; tick++) {
                steady += SECOND / 10;
                while (!underWay.isEmpty() && underWay.getFirst().dueNanos() <= steady) {
                    settle(recorder, underWay.removeFirst(), random);
                }
                recorder.tick(steady + offset);
            }
        }
        for (int tick = 0; tick < 300; tick++) {
            steady += SECOND / 10;
            recorder.tick(steady + offset);
        }

        assertThat(underWay).isEmpty();
        assertThat(rounds.packets + recorder.unplacedFates()).isEqualTo(PACKETS);
        // Only what was under way, or what lies in rounds that were given out already, has no place.
        assertThat(rounds.packets).isGreaterThan(PACKETS / 2);
    }

    private static void settle(RoundRecorder recorder, UnderWay packet, Random random) {
        if (random.nextInt(10) == 0) {
            recorder.lost(0, packet.sentNanos());
        } else {
            recorder.answered(0, packet.sentNanos(), packet.number() * 1_000L);
        }
    }

    /** From a millisecond to some hours, each size as likely as another. */
    private static long step(Random random) {
        long nanos = (long) Math.pow(10, 6 + random.nextDouble() * 7);
        return random.nextBoolean() ? nanos : -nanos;
    }
}
