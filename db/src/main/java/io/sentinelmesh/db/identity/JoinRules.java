package io.sentinelmesh.db.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

import io.sentinelmesh.db.identity.JoinVerdict.Reason;
import io.sentinelmesh.measurement.NodeId;

/**
 * Who is let in, and as whom. A token lets a new agent in; an identity that exists belongs to whoever has its key, and no token alone moves it
 * to another key: else whoever holds any token could speak for any agent. The one exception is a token made for exactly that agent, by which
 * an administrator says so.
 */
public final class JoinRules {

    private JoinRules() {
    }

    /** What the store knows of the matter, read so that nobody changes it meanwhile. */
    public interface Facts {

        Optional<StoredToken> token(String id);

        Optional<StoredIdentity> byKey(String keyHash);

        Optional<StoredIdentity> byAgent(NodeId agent);

        Optional<StoredIdentity> byName(String name);

        boolean revoked(NodeId agent);
    }

    /** What to do. */
    public sealed interface Decision {

        record Refuse(Reason reason) implements Decision {
        }

        /**
         * @param takesUse false if it repeats a join whose answer got lost
         * @param anew the agent comes under another key, by a token made for it: a revocation is lifted and its certificates are withdrawn
         */
        record Admit(StoredIdentity identity, boolean known, boolean takesUse, boolean anew) implements Decision {
        }
    }

    public static Decision decide(JoinClaim claim, Facts facts) {
        Optional<StoredToken> found = facts.token(claim.token())
                .filter(token -> sameSecret(token.secretHash(), claim.secretHash()));
        if (found.isEmpty()) {
            return new Decision.Refuse(Reason.TOKEN_UNKNOWN);
        }
        StoredToken token = found.get();
        Optional<StoredIdentity> keyOwner = facts.byKey(claim.keyHash());
        boolean repeated = keyOwner.filter(owner -> owner.token().equals(token.id())).isPresent();
        Optional<Reason> unusable = objection(token, claim, repeated);
        if (unusable.isPresent()) {
            return new Decision.Refuse(unusable.get());
        }
        NodeId agent = keyOwner.map(StoredIdentity::agent).or(token::agent).or(claim::agent).orElse(claim.fresh());
        return as(agent, token, claim, facts, !repeated);
    }

    private static Optional<Reason> objection(StoredToken token, JoinClaim claim, boolean repeated) {
        Optional<Reason> state = switch (token.state(claim.at())) {
            case USABLE -> Optional.empty();
            case USED_UP -> repeated ? Optional.empty() : Optional.of(Reason.TOKEN_USED_UP);
            case EXPIRED -> Optional.of(Reason.TOKEN_EXPIRED);
            case REVOKED -> Optional.of(Reason.TOKEN_REVOKED);
        };
        return state.or(() -> claim.site().filter(site -> !site.equals(token.site())).map(_ -> Reason.SITE_MISMATCH));
    }

    private static Decision as(NodeId agent, StoredToken token, JoinClaim claim, Facts facts, boolean takesUse) {
        boolean madeForIt = token.agent().equals(Optional.of(agent));
        if (token.agent().isPresent() && (!madeForIt || claim.agent().filter(id -> !id.equals(agent)).isPresent())) {
            return new Decision.Refuse(Reason.TOKEN_FOR_ANOTHER);
        }
        if (claim.agent().filter(id -> !id.equals(agent)).isPresent()) {
            return new Decision.Refuse(Reason.IDENTITY_TAKEN);
        }
        Optional<StoredIdentity> before = facts.byAgent(agent);
        boolean otherKey = before.filter(known -> !known.keyHash().equals(claim.keyHash())).isPresent();
        if (otherKey && !madeForIt) {
            return new Decision.Refuse(Reason.IDENTITY_TAKEN);
        }
        // Whoever was shut out may come back, but not with the key for which it was shut out.
        if (facts.revoked(agent) && !(madeForIt && (otherKey || before.isEmpty()))) {
            return new Decision.Refuse(Reason.AGENT_REVOKED);
        }
        if (facts.byName(claim.name()).filter(owner -> !owner.agent().equals(agent)).isPresent()) {
            return new Decision.Refuse(Reason.NAME_TAKEN);
        }
        return new Decision.Admit(
                new StoredIdentity(agent, claim.name(), token.site(), claim.keyHash(), token.id(), claim.at()),
                before.isPresent(), takesUse, otherKey || facts.revoked(agent));
    }

    /** Takes the same time wherever they differ. */
    private static boolean sameSecret(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
