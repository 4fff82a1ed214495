package io.sentinelmesh.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class SettingsDocumentTest {

    private static final Selector.Member PARIS = new Selector.Member("paris-1", "paris");
    private static final Selector.Member LYON = new Selector.Member("lyon-1", "lyon");

    @Test
    void what_nobody_gives_has_its_standard_value() {
        Settings settings = settings("rounds:\n  packets: 20\n", PARIS);

        assertThat(settings.get(SettingsKeys.PACKETS_PER_ROUND)).isEqualTo(20);
        assertThat(settings.get(SettingsKeys.ROUND_LENGTH)).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings("", PARIS)).isEqualTo(Settings.STANDARD);
        assertThat(settings("rounds:\n# packets: 20\noverrides:\n", PARIS)).isEqualTo(Settings.STANDARD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"rounds\": {\"packets\": 20, \"length\": \"1m\"}}",
            "{\n\t\"rounds\": {\n\t\t\"packets\": 20, \"length\": \"1m\"}}", "rounds: {packets: 20, length: 1m}",
            "rounds:\r\n  packets: 20\r\n  length: 60s\r\n"})
    void yaml_and_json_say_the_same(String text) {
        assertThat(settings(text, PARIS)).isEqualTo(settings("rounds:\n  packets: 20\n  length: 1m\n", PARIS));
    }

    @Test
    void overrides_win_for_the_agents_they_name_and_later_ones_over_earlier_ones() {
        String text = """
                rounds: { packets: 20 }
                overrides:
                  - agents: { site: "p*" }
                    rounds: { packets: 30, length: 1m }
                  - agents: { name: "paris-?" }
                    rounds: { packets: 40 }
                """;

        assertThat(settings(text, PARIS).get(SettingsKeys.PACKETS_PER_ROUND)).isEqualTo(40);
        assertThat(settings(text, PARIS).get(SettingsKeys.ROUND_LENGTH)).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings(text, LYON).get(SettingsKeys.PACKETS_PER_ROUND)).isEqualTo(20);
    }

    @Test
    void an_override_may_select_by_the_labels_that_the_mesh_gives() {
        String text = """
                mesh:
                  labels:
                    - match: { site: paris }
                      set: { line: thin }
                overrides:
                  - agents: { labels: { line: thin } }
                    probes: { stamp: false }
                """;

        assertThat(settings(text, PARIS).get(SettingsKeys.STAMP)).isFalse();
        assertThat(settings(text, LYON).get(SettingsKeys.STAMP)).isTrue();
    }

    @Test
    void the_rules_of_the_mesh_are_read_with_their_selectors() {
        Settings settings = settings("""
                mesh:
                  rotation: 40m
                  probes:
                    - from: { labels: { region: eu } }
                      to: { site: "us-*" }
                      kinds: { icmp: 5s, stamp: round }
                  endpoints:
                    - { name: web, address: web.example, redundancy: 3 }
                """, PARIS);

        assertThat(settings.get(SettingsKeys.ROTATION)).isEqualTo(Duration.ofMinutes(40));
        assertThat(settings.get(SettingsKeys.PROBES)).containsExactly(new MeshRules.Probes(
                new Selector("*", "*", Map.of("region", "eu")), new Selector("*", "us-*", Map.of()),
                List.of(new MeshRules.Pace(MeshRules.Kind.ICMP, Optional.of(Duration.ofSeconds(5))),
                        new MeshRules.Pace(MeshRules.Kind.STAMP, Optional.empty()))));
        assertThat(settings.get(SettingsKeys.ENDPOINTS))
                .containsExactly(new MeshRules.Endpoint("web", "web.example", "web", Selector.ANY, 3));
    }

    @Test
    void an_agents_own_file_wins_and_is_told_apart() {
        SettingsDocument pins = SettingsDocument.parsePins("rounds: { packets: 5 }\nprobes: { stamp: false }\n");

        Settings settings = Settings.resolve(SettingsDocument.parse("rounds: { packets: 20, length: 20s }"), pins,
                PARIS);

        assertThat(settings.get(SettingsKeys.PACKETS_PER_ROUND)).isEqualTo(5);
        assertThat(settings.get(SettingsKeys.ROUND_LENGTH)).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.pinned()).containsExactly(SettingsKeys.PACKETS_PER_ROUND, SettingsKeys.STAMP);
    }

    @Test
    void a_document_that_does_not_go_with_what_an_agent_pins_is_refused_there() {
        SettingsDocument pins = SettingsDocument.parsePins("rounds: { length: 1s }");
        SettingsDocument document = SettingsDocument.parse("rounds:\n  loss-threshold: 3s\n");

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> Settings.resolve(document, pins, PARIS))
                .withMessageContaining("line 2, column 19: \"rounds.loss-threshold\" (3s) is longer than the round")
                .withMessageContaining("(1s, pinned by this agent's own file)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rounds: { packet: 3 }                  | 1,11 | unknown key "rounds.packet", perhaps "packets" was meant
            round: { packets: 3 }                  | 1,1  | unknown key "round", perhaps "rounds" was meant
            rounds: { packets: 0 }                 | 1,20 | "rounds.packets" is 0: write a whole number from 1 to 1000
            rounds: { packets: ten }               | 1,20 | "rounds.packets" is 'ten': write a whole number
            rounds: { packets: 10.0 }              | 1,20 | "rounds.packets" is '10.0': write a whole number
            rounds: { packets: }                   | 1,19 | "rounds.packets" has no value
            rounds: { packets: [3] }               | 1,20 | "rounds.packets" is no list
            rounds: { length: 10 }                 | 1,19 | write a time from 1s to 1h, a whole number with its unit
            rounds: { length: 2h }                 | 1,19 | "rounds.length" is 2h: write a time from 1s to 1h
            rounds: { length: 10 parsecs }         | 1,19 | "rounds.length" is '10 parsecs'
            rounds: 3                              | 1,9  | "rounds" is a section
            probes: { stamp: on }                  | 1,18 | "probes.stamp" is 'on': write true or false
            limits: { spool-size: 1 PiB }          | 1,23 | write a size from 1MiB to 4TiB
            limits: { spool-size: 999999999TiB }   | 1,23 | write a size from 1MiB to 4TiB
            rounds: { packets: 3, packets: 4 }     | 1,23 | "packets" stands here a second time, the first is at line 1, column 11
            rounds: { length: 1s, loss-threshold: 2s } | 1,39 | is longer than the round
            mesh: { rotation: 7m }                 | 1,19 | write 0s or whole multiples of 10m from 20m
            mesh: { rotation: 10m }                | 1,19 | write 0s or whole multiples of 10m from 20m
            mesh: { probes: [{ to: {} }] }         | 1,18 | "kinds" is missing in "mesh.probes"
            mesh: { probes: [{ kinds: {udp: 1s} }] } | 1,28 | unknown key "udp" in "mesh.probes.kinds"
            mesh: { probes: [{ kinds: {icmp: 1ms} }] } | 1,34 | write a time from 100ms to 1h
            mesh: { endpoints: [web] }             | 1,21 | "mesh.endpoints" takes sections
            host-metrics: { metrics: [CPU] }       | 1,27 | "host-metrics.metrics" is 'CPU'
            overrides: { agents: {} }              | 1,12 | "overrides" is a list
            overrides: [{ rounds: {packets: 3} }]  | 1,13 | this override does not say for whom
            overrides: [{ agents: fra }]           | 1,23 | "agents" takes sections
            overrides: [{ agents: {}, mesh: { rotation: 0s } }] | 1,45 | is the same for all agents
            schema: 0                              | 1,9  | "schema" is 0
            rounds: &a { packets: 3 }              | 1,9  | anchors
            [rounds]                               | 1,1  | a document consists of sections
            """)
    void a_fault_has_its_place_and_the_remedy(String text, String place, String message) {
        SettingsException refused = refusal(text);

        Fault fault = refused.faults().getFirst();
        assertThat(fault.message()).contains(message).hasSizeLessThan(400).doesNotContainPattern("\\p{Cntrl}");
        assertThat(fault.place().line() + "," + fault.place().column()).isEqualTo(place);
        assertThat(refused).hasMessageStartingWith("line 1, column ");
    }

    @Test
    void every_fault_is_told_in_the_order_of_the_document() {
        SettingsException refused = refusal("""
                rounds:
                  packets: 0
                  lenght: 10s
                probes:
                  stamp: maybe
                """);

        assertThat(refused.faults()).extracting(fault -> fault.place().line()).containsExactly(2, 3, 5);
        assertThat(refused).hasMessageContaining("line 2, column 12").hasMessageEndingWith("(and 2 more faults)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rounds:\n\tpackets: 3\n", "rounds: {packets: 3", "{\"rounds\": }", "rounds: \"\n",
            "a: b: c"})
    void what_is_neither_yaml_nor_json_is_refused_with_its_place(String text) {
        assertThat(refusal(text).faults()).singleElement().satisfies(fault -> {
            assertThat(fault.message()).startsWith("this is not ").contains("look at indentation");
            assertThat(fault.place().line()).isBetween(1, 3);
        });
    }

    @Test
    void two_documents_in_one_are_refused() {
        assertThat(refusal("rounds: { packets: 3 }\n---\nrounds: { packets: 4 }\n"))
                .hasMessageContaining("one document only");
    }

    @Test
    void aliases_that_would_multiply_are_refused_unread() {
        String bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n";

        assertThat(refusal(bomb)).hasMessageContaining("anchors (&) and aliases (*) are not taken");
        assertThat(refusal("host-metrics:\n  metrics: [*]\n").faults()).isNotEmpty();
    }

    @Test
    void depth_and_length_have_a_limit() {
        assertThat(refusal("a: " + "[".repeat(17) + "]".repeat(17))).hasMessageContaining("more than 16 levels");
        assertThat(refusal("#".repeat(SettingsDocument.MAX_BYTES + 1)))
                .hasMessageContaining("longer than 262144 bytes");
        assertThat(refusal("é".repeat(SettingsDocument.MAX_BYTES / 2 + 1))).hasMessageContaining("longer than");
        assertThat(settings("#".repeat(SettingsDocument.MAX_BYTES), PARIS)).isEqualTo(Settings.STANDARD);
    }

    @Test
    void a_newer_schema_is_taken_as_long_as_all_its_keys_are_known() {
        assertThat(settings("rounds: { packets: 20 }\nschema: 2\n", PARIS).get(SettingsKeys.PACKETS_PER_ROUND))
                .isEqualTo(20);

        assertThat(refusal("rounds: { colour: red }\nschema: 2\n"))
                .hasMessage("line 1, column 11: unknown key \"rounds.colour\"; this program knows schema 1 and the"
                        + " document is of schema 2: update the program or leave the key out");
    }

    @Test
    void one_agents_file_has_neither_overrides_nor_what_all_must_share() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> SettingsDocument.parsePins("overrides: [{agents: {}}]"))
                .withMessageContaining("no place in the file of one agent");
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> SettingsDocument.parsePins("mesh:\n  rotation: 0s\n"))
                .withMessageContaining("line 2, column 13: \"mesh.rotation\" is the same for all agents");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *      | anything | true
            fra-*  | fra-12   | true
            fra-?  | fra-12   | false
            *-1    | fra-1-1  | true
            *a*b   | xxaxbxb  | true
            *a*b   | xxbxax   | false
            fra    | fra-1    | false
            a*     | A        | false
            """)
    void a_star_is_for_any_letters_and_a_question_mark_for_one(String pattern, String text, boolean fits) {
        assertThat(Glob.fits(pattern, text)).isEqualTo(fits);
    }

    private static Settings settings(String text, Selector.Member agent) {
        return Settings.resolve(SettingsDocument.parse(text), SettingsDocument.EMPTY, agent);
    }

    private static SettingsException refusal(String text) {
        SettingsException refused = catchThrowableOfType(SettingsException.class, () -> SettingsDocument.parse(text));
        assertThat(refused).as(text).isNotNull();
        return refused;
    }
}
