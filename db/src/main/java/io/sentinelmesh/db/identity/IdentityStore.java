package io.sentinelmesh.db.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.measurement.NodeId;

/**
 * Join tokens, agents that joined, their certificates, and who is shut out. Every method blocks, may be called by any thread that may block,
 * and throws {@link io.sentinelmesh.db.StoreException} if the database refused or cannot be reached; then nothing was changed.
 */
public interface IdentityStore {

    void addToken(StoredToken token);

    /** The newest first. */
    List<StoredToken> tokens();

    /** From now on nobody joins with it; who did, stays. False if there is none. */
    boolean revokeToken(String id, Instant at);

    /** Judges a claim by {@link JoinRules} and, if it is good, takes a use and enters the agent: all in one, however many come at once. */
    JoinVerdict join(JoinClaim claim);

    /**
     * Notes what was issued, and that this key is its agent's newest from now on.
     *
     * @param keyHash lower-case hex of the SHA-256 of the certificate's public key
     * @return false, and nothing noted, if the key is another agent's or the agent never joined
     */
    boolean saveCertificate(StoredCertificate certificate, String keyHash);

    Optional<StoredCertificate> certificate(String serial);

    Optional<StoredIdentity> identity(NodeId agent);

    /** All that ever joined, by name. */
    List<EnrolledAgent> enrolled();

    /** False if it was shut out already. */
    boolean revoke(NodeId agent, Instant at);

    Revocations revocations(Instant now);

    /** Forgets certificates that ended, and tokens that expired, before this. Identities and revocations stay. */
    void forget(Instant endedBefore);
}
