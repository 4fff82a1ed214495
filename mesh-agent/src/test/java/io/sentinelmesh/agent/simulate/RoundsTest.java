package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

import static org.assertj.core.api.Assertions.assertThat;

class RoundsTest {

    /** Three sites of two agents: s001 has 0 and 1, s002 2 and 3, s003 4 and 5. */
    private static final World WORLD = new World(3, 2, 7, Duration.ofSeconds(10), 10);
    private static final long SECOND = 1_000_000;
    private static final long BEGIN = 1_800_000_000 * SECOND;

    private static List<NodeId> ids(int agents) {
        return IntStream.range(0, agents).mapToObj(i -> new NodeId(new UUID(1, i))).toList();
    }

    private static Rounds rounds(World world, String... faults) {
        return new Rounds(world, ids(world.agents()),
                Arrays.stream(faults).map(text -> FaultReader.read(text, world)).toList(), BEGIN);
    }

    private static int lost(Rounds rounds, int source, int destination, long at) {
        return rounds.row(source, at).results().get(destination < source ? destination : destination - 1).lost();
    }

    /** "source>destination" of all cells that lost every packet. */
    private static Set<String> dark(Rounds rounds, long at) {
        Set<String> dark = new TreeSet<>();
        for (int source = 0; source < WORLD.agents(); source++) {
            for (int destination = 0; destination < WORLD.agents(); destination++) {
                if (source != destination && lost(rounds, source, destination, at) == WORLD.packets()) {
                    dark.add(source + ">" + destination);
                }
            }
        }
        return dark;
    }

    @Test
    void one_seed_and_time_make_one_row() {
        assertThat(rounds(WORLD).row(3, BEGIN).results()).isEqualTo(rounds(WORLD).row(3, BEGIN).results());
    }

    @Test
    void another_seed_source_or_time_makes_another_row() {
        List<PairResult> row = rounds(WORLD).row(3, BEGIN).results();

        World other = new World(3, 2, 8, Duration.ofSeconds(10), 10);
        assertThat(rounds(other).row(3, BEGIN).results()).isNotEqualTo(row);
        assertThat(rounds(WORLD).row(3, BEGIN + 10 * SECOND).results()).isNotEqualTo(row);
        assertThat(rounds(WORLD).row(2, BEGIN).results().getLast().delays())
                .isNotEqualTo(row.getLast().delays());
    }

    @ParameterizedTest
    @CsvSource({"site-egress:s002, 2>0 2>1 2>4 2>5 3>0 3>1 3>4 3>5",
            "site-ingress:s002, 0>2 0>3 1>2 1>3 4>2 4>3 5>2 5>3",
            "path:s001+s003, 0>4 0>5 1>4 1>5 4>0 4>1 5>0 5>1", "one-direction:s001+s003, 0>4 0>5 1>4 1>5",
            "partition:s003, 0>4 0>5 1>4 1>5 2>4 2>5 3>4 3>5 4>0 4>1 4>2 4>3 5>0 5>1 5>2 5>3",
            "partition:s001+s002, 0>4 0>5 1>4 1>5 2>4 2>5 3>4 3>5 4>0 4>1 4>2 4>3 5>0 5>1 5>2 5>3",
            "'impaired:s002-1,loss=1', 2>0 2>1 2>3 2>4 2>5"})
    void a_fault_hits_exactly_its_cells(String fault, String cells) {
        assertThat(dark(rounds(WORLD, fault), BEGIN)).containsExactlyInAnyOrder(cells.split(" "));
    }

    @Test
    void a_sites_uplink_is_both_its_ways() {
        Set<String> both = dark(rounds(WORLD, "site-egress:s002"), BEGIN);
        both.addAll(dark(rounds(WORLD, "site-ingress:s002"), BEGIN));

        assertThat(dark(rounds(WORLD, "site-uplink:s002"), BEGIN)).isEqualTo(both);
    }

    @Test
    void who_is_down_makes_no_rows_and_answers_nobody() {
        Rounds rounds = rounds(WORLD, "site-down:s002,at=20s,for=10s", "agent-down:s001-1,at=40s,for=10s");

        assertThat(rounds.isDown(2, BEGIN + 19 * SECOND)).isFalse();
        assertThat(rounds.isDown(2, BEGIN + 20 * SECOND)).isTrue();
        assertThat(rounds.isDown(3, BEGIN + 29 * SECOND)).isTrue();
        assertThat(rounds.isDown(3, BEGIN + 30 * SECOND)).isFalse();
        assertThat(rounds.isDown(0, BEGIN + 25 * SECOND)).isFalse();
        assertThat(dark(rounds, BEGIN + 20 * SECOND)).contains("0>2", "5>3").doesNotContain("0>1", "4>5");
        assertThat(rounds.isDown(0, BEGIN + 45 * SECOND)).isTrue();
        assertThat(rounds.isDown(1, BEGIN + 45 * SECOND)).isFalse();
        assertThat(dark(rounds, BEGIN + 40 * SECOND)).contains("1>0", "5>0").doesNotContain("5>1");
    }

    @Test
    void a_fault_hits_only_the_packets_of_its_time() {
        Rounds rounds = rounds(WORLD, "one-direction:s001+s002,at=14s,for=3s");

        assertThat(lost(rounds, 0, 2, BEGIN)).isLessThan(3);
        // Of the packets at 10, 11, ... 19 s those at 14, 15 and 16 s, oldest first: the newest is bit 0.
        assertThat(rounds.row(0, BEGIN + 10 * SECOND).lost(1) & 0b11_1000).isEqualTo(0b11_1000);
        assertThat(lost(rounds, 0, 2, BEGIN + 10 * SECOND)).isBetween(3, 5);
        assertThat(lost(rounds, 0, 2, BEGIN + 20 * SECOND)).isLessThan(3);
    }

    @Test
    void a_delay_alone_loses_nothing() {
        Rounds slow = rounds(WORLD, "path:s001+s002,delay=40ms");
        PairResult without = rounds(WORLD).row(0, BEGIN).results().get(1);
        PairResult with = slow.row(0, BEGIN).results().get(1);

        assertThat(with.received()).isEqualTo(without.received());
        assertThat(with.delays().minMicros()).isEqualTo(without.delays().minMicros() + 40_000);
        assertThat(slow.row(0, BEGIN).results().getLast()).isEqualTo(rounds(WORLD).row(0, BEGIN).results().getLast());
    }

    @Test
    void the_network_is_as_wide_as_it_says() {
        World wide = new World(120, 1, 3, Duration.ofSeconds(10), 10);
        Rounds rounds = rounds(wide);
        long sent = 0;
        long received = 0;
        long[] variations = new long[wide.agents() * wide.agents() * wide.packets()];
        int count = 0;
        for (int source = 0; source < wide.agents(); source++) {
            int cell = 0;
            for (PairResult result : rounds.row(source, BEGIN).results()) {
                int destination = cell < source ? cell : cell + 1;
                int base = wide.baseMicros(source, destination);
                cell++;
                assertThat(base).isBetween(World.SHORTEST_MICROS, World.LONGEST_MICROS)
                        .isEqualTo(wide.baseMicros(destination, source));
                sent += result.sent();
                received += result.received();
                for (int i = 0; i < result.received(); i++) {
                    variations[count++] = result.delays().micros(i) - base;
                }
            }
        }
        Arrays.sort(variations, 0, count);

        assertThat(1 - (double) received / sent).isBetween(0.0007, 0.0013);
        // All of a day's swings are among the sites, so they cancel out but for a little.
        assertThat(variations[count / 2]).isBetween(450L, 550L);
        // Log-normal with sigma 1: 84.1 % lie below e times the median.
        assertThat(variations[(int) (count * 0.841)]).isBetween(1_200L, 1_520L);
    }
}
