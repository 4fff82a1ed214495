package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.measurement.Path;
import io.sentinelmesh.probe.route.LearnedPaths.Novelty;
import io.sentinelmesh.probe.route.LearnedPaths.Seen;

import static org.assertj.core.api.Assertions.assertThat;

class LearnedPathsTest {

    private static final InetAddress HOST = InetAddress.ofLiteral("198.51.100.1");
    private static final Path BY_TWO = path(true, "192.0.2.1", "192.0.2.2", "198.51.100.1");
    private static final Path BY_THREE = path(true, "192.0.2.1", "192.0.2.3", "198.51.100.1");
    private static final Path SECOND_SILENT = path(true, "192.0.2.1", "*", "198.51.100.1");
    private final LearnedPaths learned = new LearnedPaths(3, 2);

    @Test
    void a_way_is_news_once() {
        assertThat(see(BY_TWO)).isEqualTo(Novelty.FIRST);
        assertThat(see(BY_TWO)).isEqualTo(Novelty.KNOWN);
        assertThat(see(BY_THREE)).isEqualTo(Novelty.NEW);
        assertThat(see(BY_TWO)).isEqualTo(Novelty.KNOWN);
    }

    @Test
    void a_hop_that_falls_silent_or_begins_to_answer_is_no_news_and_changes_no_hash() {
        Seen first = learned.observe(HOST, 1, SECOND_SILENT);
        Seen then = learned.observe(HOST, 1, BY_TWO);

        assertThat(then).isEqualTo(new Seen(Novelty.KNOWN, first.hash()));
        assertThat(see(SECOND_SILENT)).isEqualTo(Novelty.KNOWN);
        // What was silent is known now, so another router there is another way.
        assertThat(see(BY_THREE)).isEqualTo(Novelty.NEW);
    }

    @Test
    void loss_behind_a_hop_is_no_other_way() {
        see(BY_TWO);

        assertThat(see(path(false, "192.0.2.1"))).isEqualTo(Novelty.KNOWN);
        assertThat(see(path(false))).isEqualTo(Novelty.KNOWN);
    }

    @Test
    void each_flow_has_its_own_ways() {
        learned.observe(HOST, 1, BY_TWO);

        assertThat(learned.observe(HOST, 2, BY_THREE).novelty()).isEqualTo(Novelty.FIRST);
    }

    @Test
    void the_path_seen_longest_ago_is_forgotten_first() {
        see(BY_TWO);
        see(BY_THREE);
        see(BY_TWO);
        see(path(true, "192.0.2.9", "198.51.100.1"));

        assertThat(see(BY_TWO)).isEqualTo(Novelty.KNOWN);
        assertThat(see(BY_THREE)).isEqualTo(Novelty.NEW);
    }

    @Test
    void the_flow_seen_longest_ago_is_forgotten_first() {
        for (int flow = 1; flow <= 4; flow++) {
            learned.observe(HOST, flow, BY_TWO);
        }

        assertThat(learned.observe(HOST, 4, BY_TWO).novelty()).isEqualTo(Novelty.KNOWN);
        assertThat(learned.observe(HOST, 1, BY_TWO).novelty()).isEqualTo(Novelty.FIRST);
    }

    @Test
    void the_length_to_expect_is_that_of_the_newest_path() {
        assertThat(learned.expectedHops(HOST, 1)).isZero();
        see(BY_TWO);

        assertThat(learned.expectedHops(HOST, 1)).isEqualTo(3);
    }

    private Novelty see(Path path) {
        return learned.observe(HOST, 1, path).novelty();
    }

    private static Path path(boolean reached, String... hops) {
        return new Path(Stream.of(hops).map(
                hop -> hop.equals("*") ? Optional.<InetAddress>empty() : Optional.of(InetAddress.ofLiteral(hop)))
                .toList(), reached);
    }
}
