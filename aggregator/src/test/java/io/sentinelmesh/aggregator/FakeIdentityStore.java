package io.sentinelmesh.aggregator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.identity.EnrolledAgent;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.identity.JoinClaim;
import io.sentinelmesh.db.identity.JoinRules;
import io.sentinelmesh.db.identity.JoinRules.Decision;
import io.sentinelmesh.db.identity.JoinVerdict;
import io.sentinelmesh.db.identity.Revocations;
import io.sentinelmesh.db.identity.StoredCertificate;
import io.sentinelmesh.db.identity.StoredIdentity;
import io.sentinelmesh.db.identity.StoredToken;
import io.sentinelmesh.measurement.NodeId;

/** Identities in memory; fails when the store it belongs to does. Guarded by itself. */
public final class FakeIdentityStore implements IdentityStore {

    private final Map<String, StoredToken> tokens = new HashMap<>();
    private final Map<NodeId, StoredIdentity> identities = new HashMap<>();
    private final Map<String, StoredCertificate> certificates = new HashMap<>();
    private final Map<NodeId, Instant> revoked = new HashMap<>();
    private Optional<String> trouble = Optional.empty();

    /** From now on the "database" refuses everything with this reason; empty: it works again. */
    public synchronized void fail(Optional<String> reason) {
        trouble = reason;
    }

    private void requireWorking() {
        if (trouble.isPresent()) {
            throw new StoreException(trouble.get());
        }
    }

    @Override
    public synchronized void addToken(StoredToken token) {
        requireWorking();
        if (tokens.putIfAbsent(token.id(), token) != null) {
            throw new StoreException("there is a token " + token.id() + " already");
        }
    }

    @Override
    public synchronized List<StoredToken> tokens() {
        requireWorking();
        return tokens.values().stream().sorted(Comparator.comparing(StoredToken::createdAt).reversed()
                .thenComparing(StoredToken::id)).toList();
    }

    @Override
    public synchronized boolean revokeToken(String id, Instant at) {
        requireWorking();
        return tokens.computeIfPresent(id, (_, token) -> token.revoked(at)) != null;
    }

    @Override
    public synchronized JoinVerdict join(JoinClaim claim) {
        requireWorking();
        return switch (JoinRules.decide(claim, new Facts())) {
            case Decision.Refuse(var reason) -> new JoinVerdict.Refused(reason);
            case Decision.Admit admit -> admit(claim, admit);
        };
    }

    private JoinVerdict admit(JoinClaim claim, Decision.Admit admit) {
        StoredIdentity identity = admit.identity();
        if (admit.takesUse()) {
            tokens.computeIfPresent(claim.token(), (_, token) -> token.used());
        }
        if (admit.anew()) {
            revoked.remove(identity.agent());
            certificates.replaceAll((_, known) -> known.agent().equals(identity.agent()) ? withdrawn(known) : known);
        }
        identities.put(identity.agent(), identity);
        return new JoinVerdict.Admitted(identity.agent(), identity.site(), admit.known());
    }

    private static StoredCertificate withdrawn(StoredCertificate known) {
        return new StoredCertificate(known.serial(), known.agent(), known.publicKey(), known.notBefore(),
                known.notAfter(), known.issuedAt(), true);
    }

    private final class Facts implements JoinRules.Facts {

        @Override
        public Optional<StoredToken> token(String id) {
            return Optional.ofNullable(tokens.get(id));
        }

        @Override
        public Optional<StoredIdentity> byKey(String keyHash) {
            return identities.values().stream().filter(known -> known.keyHash().equals(keyHash)).findFirst();
        }

        @Override
        public Optional<StoredIdentity> byAgent(NodeId agent) {
            return Optional.ofNullable(identities.get(agent));
        }

        @Override
        public Optional<StoredIdentity> byName(String name) {
            return identities.values().stream().filter(known -> known.name().equals(name)).findFirst();
        }

        @Override
        public boolean revoked(NodeId agent) {
            return revoked.containsKey(agent);
        }
    }

    @Override
    public synchronized boolean saveCertificate(StoredCertificate certificate, String keyHash) {
        requireWorking();
        StoredIdentity owner = identities.get(certificate.agent());
        if (owner == null || new Facts().byKey(keyHash).filter(known -> known != owner).isPresent()) {
            return false;
        }
        identities.put(owner.agent(), new StoredIdentity(owner.agent(), owner.name(), owner.site(), keyHash,
                owner.token(), owner.joinedAt()));
        certificates.put(certificate.serial(), certificate);
        return true;
    }

    @Override
    public synchronized Optional<StoredCertificate> certificate(String serial) {
        requireWorking();
        return Optional.ofNullable(certificates.get(serial));
    }

    @Override
    public synchronized Optional<StoredIdentity> identity(NodeId agent) {
        requireWorking();
        return Optional.ofNullable(identities.get(agent));
    }

    @Override
    public synchronized List<EnrolledAgent> enrolled() {
        requireWorking();
        List<EnrolledAgent> all = new ArrayList<>();
        identities.values().stream().sorted(Comparator.comparing(StoredIdentity::name)).forEach(identity -> {
            Optional<StoredCertificate> newest = certificates.values().stream()
                    .filter(known -> known.agent().equals(identity.agent()) && !known.withdrawn())
                    .max(Comparator.comparing(StoredCertificate::notAfter));
            all.add(new EnrolledAgent(identity, newest.map(StoredCertificate::notBefore),
                    newest.map(StoredCertificate::notAfter)));
        });
        return all;
    }

    @Override
    public synchronized boolean revoke(NodeId agent, Instant at) {
        requireWorking();
        return revoked.putIfAbsent(agent, at) == null;
    }

    @Override
    public synchronized Revocations revocations(Instant now) {
        requireWorking();
        return new Revocations(revoked,
                certificates.values().stream().filter(known -> known.withdrawn() && !known.notAfter().isBefore(now))
                        .map(StoredCertificate::serial).collect(Collectors.toSet()));
    }

    @Override
    public synchronized void forget(Instant endedBefore) {
        requireWorking();
        certificates.values().removeIf(known -> known.notAfter().isBefore(endedBefore));
        tokens.values().removeIf(token -> token.expiresAt().isBefore(endedBefore));
    }
}
