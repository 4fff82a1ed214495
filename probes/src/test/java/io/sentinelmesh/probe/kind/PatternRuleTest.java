package io.sentinelmesh.probe.kind;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PatternRuleTest {

    @Test
    void it_is_searched_for_anywhere_across_lines() {
        PatternRule rule = PatternRule.parse("begin.*end");

        assertThat(rule.find("x begin\nend y")).isEqualTo(PatternRule.Found.YES);
        assertThat(rule.find("end begin")).isEqualTo(PatternRule.Found.NO);
    }

    @Test
    void an_expression_that_takes_ages_is_given_up() {
        PatternRule rule = PatternRule.parse("(a+)+b");

        assertThat(rule.find("a".repeat(5_000))).isEqualTo(PatternRule.Found.GIVEN_UP);
    }

    @Test
    void what_is_no_expression_says_so() {
        assertThatThrownBy(() -> PatternRule.parse("(")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a regular expression");
    }
}
