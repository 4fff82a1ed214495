package io.sentinelmesh.probe.certificate;

import java.security.cert.TrustAnchor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.probe.standin.Authority;

import static org.assertj.core.api.Assertions.assertThat;

class ChainJudgeTest {

    private static final Instant NOW = Instant.now();

    private final Authority authority = new Authority("Test authority");

    private ChainJudge judge(Authority trusted) {
        return new ChainJudge(Set.of(new TrustAnchor(trusted.certificate(), null)), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static List<String> words(ChainVerdict verdict) {
        return verdict.problems().stream().map(CertificateProblem::word).toList();
    }

    @Test
    void a_good_chain_has_no_problem() {
        ChainVerdict verdict = judge(authority).judge(authority.issue("web.example.org", "192.0.2.1").chain(),
                "web.example.org");

        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.daysLeft()).isEqualTo(90);
        assertThat(verdict.chain().getFirst().names()).containsExactly("web.example.org", "192.0.2.1");
    }

    @Test
    void the_authority_need_not_be_sent() {
        var chain = authority.issue("web.example.org").chain();

        assertThat(judge(authority).judge(chain.subList(0, 1), "web.example.org").problems()).isEmpty();
    }

    @Test
    void an_expired_one_is_told_as_expired_and_not_as_untrusted() {
        var issued = authority.issue(NOW.minus(Duration.ofDays(30)), NOW.minus(Duration.ofDays(2)), "web.example.org");

        ChainVerdict verdict = judge(authority).judge(issued.chain(), "web.example.org");

        assertThat(words(verdict)).containsExactly("certificate-expired");
        assertThat(verdict.daysLeft()).isBetween(-3L, -2L);
    }

    @Test
    void one_from_the_future_is_told_as_such() {
        var issued = authority.issue(NOW.plus(Duration.ofDays(2)), NOW.plus(Duration.ofDays(30)), "web.example.org");

        assertThat(words(judge(authority).judge(issued.chain(), "web.example.org")))
                .containsExactly("certificate-not-yet-valid");
    }

    @Test
    void everything_that_is_wrong_is_told_the_gravest_first() {
        var issued = authority.issue(NOW.minus(Duration.ofDays(30)), NOW.minus(Duration.ofDays(2)), "web.example.org");

        assertThat(words(judge(new Authority("Stranger")).judge(issued.chain(), "other.example.org")))
                .containsExactly("certificate-expired", "certificate-untrusted", "certificate-name-mismatch");
    }

    @Test
    void an_authority_of_the_same_name_is_not_the_same() {
        var issued = new Authority("Test authority").issue("web.example.org");

        assertThat(words(judge(authority).judge(issued.chain(), "web.example.org")))
                .containsExactly("certificate-untrusted");
    }

    @Test
    void a_certificate_that_is_trusted_itself_needs_no_authority() {
        Authority alone = new Authority("Alone");

        assertThat(words(judge(alone).judge(List.of(alone.certificate()), "web.example.org")))
                .containsExactly("certificate-name-mismatch");
    }
}
