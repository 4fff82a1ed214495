package io.sentinelmesh.trust;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ValidityTest {

    private static final Instant FROM = Instant.parse("2026-11-21T00:00:00Z");
    private static final Validity WEEK = new Validity(FROM, FROM.plus(ofDays(6)));

    @Test
    void renewal_is_due_after_two_thirds() {
        assertThat(WEEK.renewAt()).isEqualTo(FROM.plus(ofDays(4)));
        assertThat(WEEK.renewalDue(FROM.plus(ofDays(4)).minusNanos(1))).isFalse();
        assertThat(WEEK.renewalDue(FROM.plus(ofDays(4)))).isTrue();
    }

    @Test
    void less_than_a_sixth_is_worth_a_warning() {
        assertThat(WEEK.endsSoon(FROM.plus(ofDays(5)))).isFalse();
        assertThat(WEEK.endsSoon(FROM.plus(ofDays(5)).plusNanos(1))).isTrue();
    }

    @Test
    void both_ends_belong_to_it_and_what_remains_turns_negative() {
        assertThat(WEEK.contains(FROM)).isTrue();
        assertThat(WEEK.contains(WEEK.until())).isTrue();
        assertThat(WEEK.contains(FROM.minusNanos(1))).isFalse();
        assertThat(WEEK.contains(WEEK.until().plusNanos(1))).isFalse();
        assertThat(WEEK.remaining(WEEK.until().plusSeconds(3))).isEqualTo(ofSeconds(-3));
    }

    @Test
    void it_ends_after_it_begins() {
        assertThatThrownBy(() -> new Validity(FROM, FROM)).isInstanceOf(TrustException.class);
    }
}
