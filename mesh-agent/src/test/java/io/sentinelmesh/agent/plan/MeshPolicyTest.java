package io.sentinelmesh.agent.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sentinelmesh.agent.plan.MeshPolicy.EndpointRule;
import io.sentinelmesh.agent.plan.MeshPolicy.KindPace;
import io.sentinelmesh.agent.plan.MeshPolicy.LabelRule;
import io.sentinelmesh.agent.plan.MeshPolicy.ProbeRule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MeshPolicyTest {

    private static final KindPace ICMP = new KindPace(PlannedKind.ICMP, Optional.empty());

    @ParameterizedTest
    @CsvSource({"2001, 16, 2, 6000, full-mesh-up-to", "60, 1, 2, 6000, neighbours-in-site",
            "60, 16, 5, 6000, pairs-between-sites", "60, 16, 2, 0, packets-per-second",
            "60, 16, 2, 50001, packets-per-second", "-1, 16, 2, 6000, full-mesh-up-to"})
    void a_number_out_of_range_is_refused_by_its_key(int full, int neighbours, int pairs, int packets, String key) {
        assertThatThrownBy(() -> new MeshPolicy(full, neighbours, pairs, Duration.ZERO, packets, List.of(), List.of(),
                List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + key + "\": expected ");
    }

    @ParameterizedTest
    @CsvSource({"PT7M", "PT10M", "P366D", "PT-20M", "PT25M"})
    void a_rotation_that_no_slot_ends_with_is_refused(Duration rotation) {
        assertThatThrownBy(() -> Meshes.rotating(2, rotation))
                .hasMessage(
                        "\"rotation\": expected 0 or whole multiples of 10 min from 20 min to 365 d, not " + rotation);
    }

    @Test
    void a_stamp_interval_is_a_second_at_least_and_an_echo_interval_a_tenth() {
        assertThat(new KindPace(PlannedKind.ICMP, Optional.of(Duration.ofMillis(100))).every()).isPresent();
        assertThatThrownBy(() -> new KindPace(PlannedKind.STAMP, Optional.of(Duration.ofMillis(900))))
                .hasMessage("\"probes\".\"kinds\".\"stamp\": expected 1 s to 1 h, not 900 ms");
    }

    @Test
    void a_rule_names_each_kind_once_and_one_at_least() {
        assertThatThrownBy(() -> new ProbeRule(Selector.ANY, Selector.ANY, List.of(ICMP, ICMP)))
                .hasMessageContaining("'icmp' is there twice");
        assertThatThrownBy(() -> new ProbeRule(Selector.ANY, Selector.ANY, List.of()))
                .hasMessageContaining("at least one of icmp, stamp, tcp");
        assertThatThrownBy(() -> PlannedKind.ofLabel("pi\nng"))
                .hasMessage("\"kinds\": expected icmp, stamp, tcp, not 'pi?ng'");
    }

    @Test
    void an_endpoint_is_named_once() {
        EndpointRule web = new EndpointRule("web", "web.example", "hq", Selector.ANY, 2);

        assertThatThrownBy(() -> new MeshPolicy(60, 16, 2, Duration.ZERO, 1, List.of(), List.of(), List.of(web, web)))
                .hasMessage("\"endpoints\": 'web' at web.example is there twice; leave one out");
        assertThatThrownBy(() -> new EndpointRule("web", "web example", "hq", Selector.ANY, 2))
                .hasMessageStartingWith("\"endpoints\": ");
        assertThatThrownBy(() -> new EndpointRule("web", "web.example", "hq", Selector.ANY, 17))
                .hasMessageStartingWith("\"endpoints\".\"redundancy\": ");
    }

    @Test
    void labels_are_given_by_name_and_site_alone() {
        assertThatThrownBy(() -> new LabelRule(new Selector("*", "*", Map.of("a", "b")), Map.of("c", "d")))
                .hasMessageContaining("name and site only");
        assertThatThrownBy(() -> new LabelRule(Selector.ANY, Map.of())).hasMessageContaining("1 to 16 labels");
    }

    @ParameterizedTest
    @CsvSource({"paris-*, paris-1, true", "paris-*, paris-, true", "paris-*, paris, false", "*, x, true",
            "p?ris, paris, true", "p?ris, pris, false", "*-a*b, x-aab, true", "*-a*b, x-aabc, false", "a, aa, false",
            "**a, bbba, true"})
    void a_star_stands_for_any_text_and_a_question_mark_for_one_character(String pattern, String text, boolean fits) {
        assertThat(Selector.name(pattern).fits(text, "site", Map.of())).isEqualTo(fits);
    }

    @Test
    void everything_that_a_selector_asks_for_must_fit() {
        Selector selector = new Selector("a*", "x", Map.of("region", "e?"));

        assertThat(selector.fits("a1", "x", Map.of("region", "eu", "other", "1"))).isTrue();
        assertThat(selector.fits("a1", "y", Map.of("region", "eu"))).isFalse();
        assertThat(selector.fits("a1", "x", Map.of("region", "us"))).isFalse();
        assertThat(selector.fits("a1", "x", Map.of())).isFalse();
    }

    @Test
    void a_pattern_full_of_stars_takes_no_time() {
        Selector hostile = Selector.name("*a".repeat(60) + "*b");

        assertThat(hostile.fits("a".repeat(64), "x", Map.of())).isFalse();
    }

    @Test
    void an_empty_pattern_is_refused() {
        assertThatThrownBy(() -> Selector.site("")).hasMessageStartingWith("\"site\": expected 1 to 128 characters");
    }
}
