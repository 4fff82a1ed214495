package io.sentinelmesh.agent.simulate;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FaultReaderTest {

    private static final World WORLD = new World(3, 2, 7, Duration.ofSeconds(10), 10);

    @Test
    void a_fault_is_a_kind_with_targets_strength_and_times() {
        assertThat(FaultReader.read("path:s001+s003,loss=0.25,delay=40ms,at=1m,for=90s", WORLD)).isEqualTo(
                new Fault(FaultKind.PATH, List.of(0, 2), 0.25, 40_000, 60_000_000, 150_000_000));
    }

    @Test
    void it_loses_all_at_once_and_for_ever_unless_told_otherwise() {
        Fault fault = FaultReader.read("agent-down:s002-2", WORLD);

        assertThat(fault.targets()).containsExactly(3);
        assertThat(fault.lossRatio()).isEqualTo(1);
        assertThat(fault.isActive(0)).isTrue();
        assertThat(fault.isActive(86_400_000_000L)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {"fire:s001|'fire' is no kind of fault",
            "path:s001|path takes 2 site(s)",
            "partition|partition takes one or more site(s)", "site-down:s004|sites are s001 to s003",
            "agent-down:s001|agents s001-1 to s003-2", "site-down:s001,loss=2|loss is a ratio",
            "site-down:s001,for=5|'5' is no time", "site-down:s001,until=5s|is no option of a fault",
            "path:s001+s001|path takes 2 site(s)", "path:s001+s002,delay=1m|10 s at most"})
    void what_is_wrong_is_told_with_its_remedy(String text, String words) {
        assertThatThrownBy(() -> FaultReader.read(text, WORLD)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
