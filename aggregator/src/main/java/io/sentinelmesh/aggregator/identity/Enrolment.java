package io.sentinelmesh.aggregator.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.identity.EnrolledAgent;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.identity.JoinClaim;
import io.sentinelmesh.db.identity.JoinVerdict;
import io.sentinelmesh.db.identity.StoredCertificate;
import io.sentinelmesh.db.identity.StoredIdentity;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateAuthority;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.TrustException;

/**
 * Gives agents their certificates: when they join with a token, when they renew with the certificate they have, and when they come back after
 * an absence that outlived it. Blocks (database); thread-safe. Whoever is refused changed nothing.
 */
public final class Enrolment {

    /** How long after its certificate's end an agent may still renew by its key alone. */
    public static final Duration LONGEST_ABSENCE = CertificateAuthority.RENEWABLE_AFTER_EXPIRY;

    private static final Logger log = LoggerFactory.getLogger(Enrolment.class);

    private final MeshTrust trust;
    private final IdentityStore store;
    private final IdentityBook book;
    private final EnrolMetrics metrics;
    private final InstantSource clock;
    private final Challenges challenges;

    public Enrolment(MeshTrust trust, IdentityStore store, IdentityBook book, EnrolMetrics metrics,
            InstantSource clock) {
        this.trust = trust;
        this.store = store;
        this.book = book;
        this.metrics = metrics;
        this.clock = clock;
        this.challenges = new Challenges(clock);
    }

    /** @throws io.sentinelmesh.db.StoreException if the database can't be asked */
    public EnrolOutcome join(JoinRequest request) {
        EnrolOutcome outcome = joined(request);
        metrics.joined(outcome);
        return told("join", request.name(), outcome);
    }

    private EnrolOutcome joined(JoinRequest request) {
        JoinToken token;
        PublicKey key;
        try {
            token = JoinToken.parse(request.token());
        } catch (TrustException noToken) {
            return refused(Objection.TOKEN_UNKNOWN);
        }
        try {
            key = CertificateRequest.verified(request.request());
        } catch (TrustException badRequest) {
            return new EnrolOutcome.Refused(Objection.BAD_REQUEST, String.valueOf(badRequest.getMessage()));
        }
        JoinClaim claim = new JoinClaim(token.id(), token.secretHash(), hash(key), request.agent(), NodeId.random(),
                request.name(), request.site(), clock.instant());
        return switch (store.join(claim)) {
            case JoinVerdict.Refused(JoinVerdict.Reason reason) -> refused(objection(reason));
            case JoinVerdict.Admitted(NodeId agent, String site, boolean known) -> {
                if (known) {
                    // A revocation may just have been lifted.
                    book.refreshRevocations(clock.instant());
                }
                yield certify(new StoredIdentity(agent, request.name(), site, claim.keyHash(), token.id(), claim.at()),
                        key);
            }
        };
    }

    /** @param certified whom the certificate of the connection names */
    public EnrolOutcome renew(NodeId certified, byte[] request) {
        EnrolOutcome outcome = renewed(certified, request);
        metrics.renewed(outcome);
        return told("renewal", certified.toString(), outcome);
    }

    private EnrolOutcome renewed(NodeId agent, byte[] request) {
        if (book.revokedAt(agent).isPresent()) {
            return refused(Objection.AGENT_REVOKED);
        }
        Optional<StoredIdentity> known = store.identity(agent);
        if (known.isEmpty()) {
            return refused(Objection.AGENT_UNKNOWN);
        }
        try {
            return certify(known.get(), CertificateRequest.verified(request));
        } catch (TrustException badRequest) {
            return new EnrolOutcome.Refused(Objection.BAD_REQUEST, String.valueOf(badRequest.getMessage()));
        }
    }

    /** What an agent has to sign to renew after an absence, and until when it may. */
    public record ChallengeText(String nonce, Instant expires) {
    }

    public ChallengeText challenge() {
        Challenges.Challenge next = challenges.next();
        return new ChallengeText(next.nonce(), next.expires());
    }

    public EnrolOutcome renewAfterAbsence(AbsenceProof proof) {
        EnrolOutcome outcome = renewedAfterAbsence(proof);
        metrics.renewed(outcome);
        return told("renewal after an absence", proof.agent().toString(), outcome);
    }

    private EnrolOutcome renewedAfterAbsence(AbsenceProof proof) {
        if (!challenges.valid(proof.nonce())) {
            return refused(Objection.CHALLENGE_EXPIRED);
        }
        Optional<StoredCertificate> held = store.certificate(proof.serial())
                .filter(known -> known.agent().equals(proof.agent()) && proof.provenBy(known.publicKey()));
        if (held.isEmpty()) {
            return refused(Objection.PROOF_WRONG);
        }
        if (held.get().withdrawn()) {
            return refused(Objection.AGENT_REVOKED);
        }
        if (clock.instant().isAfter(held.get().notAfter().plus(LONGEST_ABSENCE))) {
            return refused(Objection.ABSENT_TOO_LONG);
        }
        return renewed(proof.agent(), proof.request());
    }

    private EnrolOutcome certify(StoredIdentity identity, PublicKey key) {
        List<X509Certificate> chain = trust.certify(key, identity.agent());
        X509Certificate leaf = chain.getFirst();
        StoredCertificate issued = new StoredCertificate(serial(leaf), identity.agent(), key.getEncoded(),
                leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant(), clock.instant(), false);
        if (!store.saveCertificate(issued, hash(key))) {
            return refused(Objection.IDENTITY_TAKEN);
        }
        book.certified(new EnrolledAgent(identity, Optional.of(issued.notBefore()), Optional.of(issued.notAfter())));
        return new EnrolOutcome.Certified(identity.agent(), identity.name(), identity.site(), chain);
    }

    /** As it stands in the store and in what agents send: lower-case hex. */
    public static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16).toLowerCase(Locale.ROOT);
    }

    private static String hash(PublicKey key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static EnrolOutcome told(String what, String who, EnrolOutcome outcome) {
        switch (outcome) {
            case EnrolOutcome.Certified certified -> log.info("Certificate for agent {} ({}) until {}: {}",
                    certified.name(), certified.agent(), certified.chain().getFirst().getNotAfter().toInstant(), what);
            case EnrolOutcome.Refused(Objection objection, String words) ->
                log.warn("The {} of {} was refused, {}: {}", what, who, objection.word(), words);
        }
        return outcome;
    }

    private static Objection objection(JoinVerdict.Reason reason) {
        return switch (reason) {
            case TOKEN_UNKNOWN -> Objection.TOKEN_UNKNOWN;
            case TOKEN_EXPIRED -> Objection.TOKEN_EXPIRED;
            case TOKEN_USED_UP -> Objection.TOKEN_USED_UP;
            case TOKEN_REVOKED -> Objection.TOKEN_REVOKED;
            case TOKEN_FOR_ANOTHER -> Objection.TOKEN_FOR_ANOTHER;
            case SITE_MISMATCH -> Objection.SITE_MISMATCH;
            case IDENTITY_TAKEN -> Objection.IDENTITY_TAKEN;
            case NAME_TAKEN -> Objection.NAME_TAKEN;
            case AGENT_REVOKED -> Objection.AGENT_REVOKED;
        };
    }

    private static EnrolOutcome refused(Objection objection) {
        return new EnrolOutcome.Refused(objection, switch (objection) {
            case TOKEN_UNKNOWN -> "this aggregator has no such join token: copy the whole of it, or ask for a new one "
                    + "(scripts/sentinel token create --site SITE)";
            case TOKEN_EXPIRED -> "this join token has expired: ask for a new one (token create --expires 24h)";
            case TOKEN_USED_UP -> "this join token has let in as many agents as it may: ask for a new one, "
                    + "or for one with more uses (token create --uses N)";
            case TOKEN_REVOKED -> "this join token was revoked: ask for a new one";
            case TOKEN_FOR_ANOTHER -> "this join token was made for one agent, and this is another: ask for one of "
                    + "its own (token create without --agent)";
            case SITE_MISMATCH -> "this join token is for another site: leave the site out, or ask for a token for "
                    + "this one";
            case IDENTITY_TAKEN -> "this id belongs to an agent with another key. If its key is lost, ask for a token "
                    + "made for it (token create --agent ID); if this is a copy of its data folder, remove the copy";
            case NAME_TAKEN -> "another agent has this name: give this one another (--name), or, if it replaces the "
                    + "other one, join with a token made for that (token create --agent NAME)";
            case AGENT_REVOKED -> "this agent was revoked. If it may come back, make a token for it (token create "
                    + "--agent NAME) and join with that and a new key";
            case AGENT_UNKNOWN -> "this aggregator's database does not know the agent: join again with a token; its "
                    + "id stays";
            case BAD_REQUEST -> "the certificate request is no good";
            case PROOF_WRONG -> "the agent, the certificate's serial number and the signature do not belong together: "
                    + "join again with a token";
            case CHALLENGE_EXPIRED -> "the challenge is older than " + Challenges.LIFE.toSeconds()
                    + " s or not this aggregator's: ask for a new one";
            case ABSENT_TOO_LONG -> "the certificate ended more than " + LONGEST_ABSENCE.toDays()
                    + " days ago: join again with a token; the same key keeps the id";
        });
    }
}
