package io.sentinelmesh.db.identity;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.db.identity.JoinVerdict.Admitted;
import io.sentinelmesh.db.identity.JoinVerdict.Reason;
import io.sentinelmesh.db.identity.JoinVerdict.Refused;
import io.sentinelmesh.measurement.NodeId;

import static org.assertj.core.api.Assertions.assertThat;

/** What every store of identities does. Each test uses tokens and agents of its own, so that all may share one database. */
public abstract class IdentityStoreContract {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private static final Duration LIFE = Duration.ofDays(7);

    private final String secret = unique("secret");
    private final String key = unique("key");
    private final String name = unique("agent");

    protected abstract IdentityStore identities();

    private static String unique(String what) {
        return what + "-" + UUID.randomUUID();
    }

    private StoredToken token(int uses) {
        return token(uses, Optional.empty());
    }

    private StoredToken token(int uses, Optional<NodeId> agent) {
        StoredToken token = StoredToken.fresh(unique("token"), secret, "fra", agent, uses, NOW,
                NOW.plus(Duration.ofHours(24)));
        identities().addToken(token);
        return token;
    }

    private JoinClaim claim(StoredToken token) {
        return new JoinClaim(token.id(), secret, key, Optional.empty(), NodeId.random(), name, Optional.empty(), NOW);
    }

    private static JoinClaim with(JoinClaim claim, String newKey, String newName) {
        return new JoinClaim(claim.token(), claim.secretHash(), newKey, claim.agent(), NodeId.random(), newName,
                claim.site(), claim.at());
    }

    private static JoinClaim as(JoinClaim claim, NodeId agent) {
        return new JoinClaim(claim.token(), claim.secretHash(), claim.keyHash(), Optional.of(agent), claim.fresh(),
                claim.name(), claim.site(), claim.at());
    }

    private static JoinClaim at(JoinClaim claim, Instant when) {
        return new JoinClaim(claim.token(), claim.secretHash(), claim.keyHash(), claim.agent(), claim.fresh(),
                claim.name(), claim.site(), when);
    }

    private static JoinClaim newcomer(JoinClaim claim) {
        return with(claim, unique("key"), unique("agent"));
    }

    private NodeId join(JoinClaim claim) {
        return ((Admitted) identities().join(claim)).agent();
    }

    private StoredToken stored(StoredToken token) {
        return identities().tokens().stream().filter(known -> known.id().equals(token.id())).findFirst().orElseThrow();
    }

    private StoredCertificate certificate(NodeId agent, Instant from) {
        return new StoredCertificate(unique("serial"), agent, key.getBytes(StandardCharsets.US_ASCII), from,
                from.plus(LIFE), from, false);
    }

    @Test
    void a_token_is_read_back_as_it_was_stored() {
        StoredToken token = token(3, Optional.of(NodeId.random()));

        assertThat(identities().tokens()).contains(token);
    }

    @Test
    void who_joins_gets_the_tokens_site_and_an_id_of_its_own() {
        JoinClaim claim = claim(token(1));

        assertThat(identities().join(claim)).isEqualTo(new Admitted(claim.fresh(), "fra", false));
        assertThat(identities().identity(claim.fresh()))
                .contains(new StoredIdentity(claim.fresh(), name, "fra", key, claim.token(), NOW));
    }

    @Test
    void a_token_is_used_up_after_its_uses() {
        StoredToken token = token(2);

        assertThat(identities().join(newcomer(claim(token)))).isInstanceOf(Admitted.class);
        assertThat(identities().join(newcomer(claim(token)))).isInstanceOf(Admitted.class);
        assertThat(identities().join(newcomer(claim(token)))).isEqualTo(new Refused(Reason.TOKEN_USED_UP));
        assertThat(stored(token).uses()).isEqualTo(2);
    }

    @Test
    void many_who_come_at_once_get_no_more_than_the_uses() throws Exception {
        StoredToken token = token(5);
        List<Callable<JoinVerdict>> crowd = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            JoinClaim claim = newcomer(claim(token));
            crowd.add(() -> identities().join(claim));
        }

        List<JoinVerdict> verdicts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<JoinVerdict> verdict : threads.invokeAll(crowd)) {
                verdicts.add(verdict.get());
            }
        }

        assertThat(verdicts).filteredOn(Admitted.class::isInstance).hasSize(5);
        assertThat(verdicts).filteredOn(new Refused(Reason.TOKEN_USED_UP)::equals).hasSize(19);
        assertThat(stored(token).uses()).isEqualTo(5);
    }

    @Test
    void a_join_whose_answer_got_lost_is_repeated_without_another_use() {
        StoredToken token = token(1);
        NodeId agent = join(claim(token));

        assertThat(identities().join(claim(token))).isEqualTo(new Admitted(agent, "fra", true));
        assertThat(stored(token).uses()).isEqualTo(1);
    }

    @Test
    void a_wrong_secret_is_no_token_and_takes_no_use() {
        StoredToken token = token(1);
        JoinClaim right = claim(token);
        JoinClaim wrong = new JoinClaim(token.id(), unique("other"), key, Optional.empty(), NodeId.random(), name,
                Optional.empty(), NOW);

        assertThat(identities().join(wrong)).isEqualTo(new Refused(Reason.TOKEN_UNKNOWN));
        assertThat(identities().join(right)).isInstanceOf(Admitted.class);
    }

    @Test
    void a_token_ends_at_its_time_and_when_it_is_revoked() {
        StoredToken token = token(9);
        assertThat(identities().join(at(claim(token), token.expiresAt())))
                .isEqualTo(new Refused(Reason.TOKEN_EXPIRED));

        assertThat(identities().revokeToken(token.id(), NOW)).isTrue();
        assertThat(identities().revokeToken(token.id(), NOW.plusSeconds(9))).isTrue();

        assertThat(identities().join(claim(token))).isEqualTo(new Refused(Reason.TOKEN_REVOKED));
        assertThat(stored(token).revokedAt()).contains(NOW);
        assertThat(identities().revokeToken(unique("none"), NOW)).isFalse();
    }

    @Test
    void a_site_that_is_not_the_tokens_is_refused() {
        JoinClaim claim = claim(token(1));
        JoinClaim elsewhere = new JoinClaim(claim.token(), secret, key, Optional.empty(), claim.fresh(), name,
                Optional.of("ams"), NOW);

        assertThat(identities().join(elsewhere)).isEqualTo(new Refused(Reason.SITE_MISMATCH));
    }

    @Test
    void the_same_key_is_the_same_agent_whatever_token_it_comes_by() {
        NodeId agent = join(claim(token(1)));
        StoredToken another = token(1);

        assertThat(identities().join(claim(another))).isEqualTo(new Admitted(agent, "fra", true));
        assertThat(stored(another).uses()).isEqualTo(1);
        assertThat(identities().join(as(claim(another), NodeId.random())))
                .isEqualTo(new Refused(Reason.IDENTITY_TAKEN));
    }

    @Test
    void an_id_that_nobody_has_is_kept_and_one_that_somebody_has_needs_its_key() {
        NodeId mine = NodeId.random();

        assertThat(identities().join(as(claim(token(1)), mine))).isEqualTo(new Admitted(mine, "fra", false));
        assertThat(identities().join(as(newcomer(claim(token(1))), mine)))
                .isEqualTo(new Refused(Reason.IDENTITY_TAKEN));
    }

    @Test
    void a_token_made_for_an_agent_gives_it_another_key_and_withdraws_what_it_had() {
        NodeId agent = join(claim(token(1)));
        StoredCertificate before = certificate(agent, NOW);
        identities().saveCertificate(before, key);
        identities().revoke(agent, NOW);
        StoredToken forIt = token(1, Optional.of(agent));

        assertThat(identities().join(claim(forIt))).as("with the key for which it was shut out")
                .isEqualTo(new Refused(Reason.AGENT_REVOKED));
        assertThat(identities().join(with(claim(forIt), unique("key"), name)))
                .isEqualTo(new Admitted(agent, "fra", true));

        assertThat(identities().revocations(NOW).agents()).doesNotContainKey(agent);
        assertThat(identities().revocations(NOW).withdrawn()).contains(before.serial());
        assertThat(identities().revocations(before.notAfter().plusMillis(1)).withdrawn())
                .doesNotContain(before.serial());
        assertThat(identities().certificate(before.serial()).orElseThrow().withdrawn()).isTrue();
    }

    @Test
    void a_token_made_for_an_agent_is_good_for_no_other() {
        NodeId agent = join(claim(token(1)));
        StoredToken forIt = token(9, Optional.of(agent));
        JoinClaim stranger = newcomer(claim(forIt));
        join(newcomer(claim(token(1))));
        JoinClaim other = newcomer(claim(token(1)));
        join(other);
        JoinClaim known = new JoinClaim(forIt.id(), secret, other.keyHash(), Optional.empty(), NodeId.random(),
                other.name(), Optional.empty(), NOW);

        assertThat(identities().join(as(stranger, NodeId.random()))).isEqualTo(new Refused(Reason.TOKEN_FOR_ANOTHER));
        assertThat(identities().join(known)).isEqualTo(new Refused(Reason.TOKEN_FOR_ANOTHER));
        assertThat(stored(forIt).uses()).isZero();
    }

    @Test
    void a_name_belongs_to_one_agent() {
        join(claim(token(1)));
        StoredToken token = token(1);

        assertThat(identities().join(with(claim(token), unique("key"), name)))
                .isEqualTo(new Refused(Reason.NAME_TAKEN));
        assertThat(stored(token).uses()).isZero();
    }

    @Test
    void who_is_shut_out_stays_out_with_an_ordinary_token() {
        NodeId agent = join(claim(token(1)));

        assertThat(identities().revoke(agent, NOW)).isTrue();
        assertThat(identities().revoke(agent, NOW.plusSeconds(9))).isFalse();

        assertThat(identities().join(claim(token(1)))).isEqualTo(new Refused(Reason.AGENT_REVOKED));
        assertThat(identities().revocations(NOW).agents()).containsEntry(agent, NOW);
    }

    @Test
    void an_id_may_be_shut_out_that_never_joined() {
        NodeId stranger = NodeId.random();
        identities().revoke(stranger, NOW);

        assertThat(identities().join(as(claim(token(1)), stranger))).isEqualTo(new Refused(Reason.AGENT_REVOKED));
    }

    @Test
    void a_certificate_is_read_back_and_the_newest_tells_until_when_its_agent_is_certified() {
        NodeId agent = join(claim(token(1)));
        StoredCertificate later = certificate(agent, NOW.plus(Duration.ofDays(5)));

        assertThat(identities().saveCertificate(later, key)).isTrue();
        assertThat(identities().saveCertificate(certificate(agent, NOW), key)).isTrue();

        assertThat(identities().certificate(later.serial())).contains(later);
        assertThat(identities().certificate(unique("serial"))).isEmpty();
        assertThat(identities().enrolled()).filteredOn(one -> one.identity().agent().equals(agent))
                .singleElement().satisfies(one -> {
                    assertThat(one.certified()).contains(later.notAfter());
                    assertThat(one.certifiedFrom()).contains(later.notBefore());
                });
    }

    @Test
    void a_new_key_of_a_renewal_is_the_agents_from_then_on() {
        NodeId agent = join(claim(token(1)));
        String rotated = unique("key");

        assertThat(identities().saveCertificate(certificate(agent, NOW), rotated)).isTrue();

        assertThat(identities().identity(agent).orElseThrow().keyHash()).isEqualTo(rotated);
    }

    @Test
    void one_agents_key_is_not_certified_for_another() {
        join(claim(token(1)));
        NodeId other = join(newcomer(claim(token(1))));
        StoredCertificate stolen = certificate(other, NOW);

        assertThat(identities().saveCertificate(stolen, key)).isFalse();
        assertThat(identities().saveCertificate(certificate(NodeId.random(), NOW), unique("key"))).isFalse();
        assertThat(identities().certificate(stolen.serial())).isEmpty();
    }

    @Test
    void what_ended_long_ago_is_forgotten_and_who_joined_is_not() {
        Instant longAgo = NOW.minus(Duration.ofDays(4_000));
        StoredToken old = StoredToken.fresh(unique("token"), secret, "fra", Optional.empty(), 1, longAgo,
                longAgo.plusSeconds(60));
        identities().addToken(old);
        NodeId agent = join(at(claim(old), longAgo));
        StoredCertificate ended = certificate(agent, longAgo);
        identities().saveCertificate(ended, key);

        identities().forget(longAgo.plus(Duration.ofDays(30)));

        assertThat(identities().certificate(ended.serial())).isEmpty();
        assertThat(identities().tokens()).doesNotContain(old);
        assertThat(identities().identity(agent)).isPresent();
    }
}
