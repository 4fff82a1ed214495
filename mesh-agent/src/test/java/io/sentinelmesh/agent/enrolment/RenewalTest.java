package io.sentinelmesh.agent.enrolment;

import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.trust.CertificateAuthority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** By a moved clock, against a door on a real socket with real TLS. */
class RenewalTest {

    private static final String RENEW = "/api/v1/agents/renew";
    private static final Duration TWO_THIRDS = CertificateAuthority.AGENT_LIFE.multipliedBy(2).dividedBy(3);

    private final MovedClock clock = new MovedClock();
    private final AtomicInteger renewals = new AtomicInteger();

    @TempDir
    private Path folder;
    private StandInDoor door;
    private Home home;
    private AgentIdentity identity;
    private Renewal renewal;

    @BeforeEach
    void join() throws Exception {
        door = new StandInDoor(folder.resolve("authority"), clock);
        home = new Home(folder.resolve("agent"), clock);
        home.join(door.uri(), door.token);
        identity = home.identity();
        renewal = renewal(0);
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void a_certificate_is_renewed_at_two_thirds_of_its_life_and_not_before() {
        X509Certificate first = identity.certificate();
        clock.move(TWO_THIRDS.minusMinutes(10));
        renewal.check();
        assertThat(identity.certificate()).isEqualTo(first);

        clock.move(Duration.ofMinutes(20));
        renewal.check();

        assertThat(identity.certificate()).isNotEqualTo(first);
        assertThat(identity.validity().until()).isAfter(Instant.now().plus(Duration.ofDays(11)));
        assertThat(home.identity().certificate()).isEqualTo(identity.certificate());
        assertThat(renewals).hasValue(1);
        renewal.check();
        assertThat(renewals).hasValue(1);
    }

    @Test
    void agents_that_joined_together_do_not_renew_together() {
        Renewal earliest = renewal(1);
        clock.move(TWO_THIRDS.minusHours(2));

        renewal.check();
        assertThat(renewals).hasValue(0);
        earliest.check();
        assertThat(renewals).hasValue(1);
    }

    @Test
    void a_renewal_that_fails_is_tried_ever_more_seldom_but_at_least_each_hour() {
        clock.move(TWO_THIRDS.plusMinutes(1));
        door.goAway();
        int minutesOfADay = 24 * 60;
        int attempts = 0;
        for (int minute = 0; minute < minutesOfADay; minute++) {
            attempts += attemptsAtOnce();
            clock.move(Duration.ofMinutes(1));
        }

        assertThat(attempts).isBetween(24, 40);
        door.comeBack();
        clock.move(Duration.ofHours(1));
        renewal.check();
        assertThat(renewals).hasValue(1);
    }

    /** Nobody answers, so an attempt shows only in when the next one may be. */
    private int attemptsAtOnce() {
        Instant before = renewal.nextAttempt();
        renewal.check();
        return renewal.nextAttempt().equals(before) ? 0 : 1;
    }

    @Test
    void a_clock_that_is_set_back_does_not_stop_renewing() {
        clock.move(TWO_THIRDS.plusDays(1));
        door.goAway();
        renewal.check();
        door.comeBack();
        clock.move(Duration.ofHours(-20));

        renewal.check();

        assertThat(renewals).hasValue(1);
    }

    @Test
    void after_thirty_days_of_absence_the_key_is_proof_enough() {
        clock.move(Duration.ofDays(30));
        door.renewItself();

        renewal.check();

        assertThat(identity.validity().contains(clock.instant())).isTrue();
        assertThat(door.paths).endsWith(RENEW + "/challenge", RENEW);
    }

    @Test
    void after_more_than_ninety_days_only_a_token_helps_and_asking_gets_rare() {
        clock.move(Duration.ofDays(98));
        door.renewItself();
        renewal.check();
        clock.move(Duration.ofMinutes(30));
        renewal.check();

        assertThat(renewals).hasValue(0);
        assertThat(door.paths).filteredOn(RENEW::equals).hasSize(1);
    }

    @Test
    void a_challenge_that_came_too_late_is_asked_for_again_at_once() {
        clock.move(Duration.ofDays(30));
        door.renewItself();
        int before = door.paths.size();
        door.troubleAfter(1, StandInDoor.Trouble.refusal(403, "challenge-expired"));

        renewal.check();

        assertThat(renewals).hasValue(1);
        assertThat(door.paths.subList(before, door.paths.size())).containsExactly(RENEW + "/challenge", RENEW,
                RENEW + "/challenge", RENEW);
    }

    @Test
    void the_authority_rolls_over_while_the_agent_runs() {
        String first = door.authority.fingerprint();
        Instant successor = clock.instant().plus(CertificateAuthority.LIFE.multipliedBy(2).dividedBy(3));
        passUntil(successor.minus(Duration.ofDays(6)));
        // Day by day while the successor takes over.
        for (int day = 0; day < 12; day++) {
            pass(Duration.ofDays(1));
        }
        assertThat(door.authority.fingerprint()).isNotEqualTo(first);
        assertThat(identity.trusts(first)).isTrue();
        assertThat(identity.trusts(door.authority.fingerprint())).isTrue();

        passUntil(successor.plus(CertificateAuthority.LIFE.dividedBy(3)).plus(Duration.ofDays(6)));
        assertThat(identity.trusts(first)).isFalse();
    }

    /** In absences of eighty days. */
    private void passUntil(Instant end) {
        while (clock.instant().isBefore(end)) {
            Duration left = Duration.between(clock.instant(), end);
            pass(left.compareTo(Duration.ofDays(80)) > 0 ? Duration.ofDays(80) : left);
        }
    }

    private void pass(Duration time) {
        clock.move(time);
        door.renewItself();
        renewal.check();
        assertThat(identity.validity().contains(clock.instant())).as("at %s", clock.instant()).isTrue();
    }

    @Test
    void a_new_authority_is_learnt_between_renewals() throws Exception {
        clock.move(CertificateAuthority.LIFE.multipliedBy(2).dividedBy(3).minusDays(2));
        door.renewItself();
        home.join(door.uri(), true, door.token);
        identity = home.identity();
        renewal = renewal(0);
        int renewed = renewals.get();
        clock.move(Duration.ofDays(3));
        assertThat(door.authority.renewIfDue()).isTrue();

        renewal.check();

        assertThat(renewals).hasValue(renewed);
        assertThat(identity.trusts(door.authority.fingerprint())).isTrue();
        assertThat(home.identity().trusts(door.authority.fingerprint())).isTrue();
    }

    @Test
    void a_rotation_gives_another_key_and_the_same_agent() {
        PublicKey before = identity.key().getPublic();

        renewal.rotate();

        assertThat(identity.key().getPublic()).isNotEqualTo(before);
        assertThat(home.identity().key().getPublic()).isEqualTo(identity.key().getPublic());
        assertThat(home.identity().id()).isEqualTo(identity.id());
    }

    @Test
    void a_rotation_that_fails_changes_nothing() {
        PublicKey before = identity.key().getPublic();
        // The JDK's client asks once more by itself.
        door.troubles.addAll(List.of(StandInDoor.Trouble.lostAnswer(), StandInDoor.Trouble.lostAnswer()));

        assertThatThrownBy(renewal::rotate).isInstanceOf(DoorException.class);
        door.troubles.clear();

        assertThat(identity.key().getPublic()).isEqualTo(before);
        assertThat(home.identity().key().getPublic()).isEqualTo(before);
        clock.move(TWO_THIRDS.plusHours(1));
        renewal.check();
        assertThat(renewals).hasValue(1);
    }

    private Renewal renewal(double random) {
        return new Renewal(identity, List.of(door.uri()), new ProxySettings.None(), clock, () -> random,
                renewals::incrementAndGet);
    }
}
