package io.sentinelmesh.aggregator.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.identity.StoredToken;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.JoinToken;

/** What an administrator may do: hand out tokens, take them back, shut agents out. Blocks (database); thread-safe. */
public final class Tokens {

    public static final Duration DEFAULT_LIFE = Duration.ofHours(24);
    public static final Duration LONGEST_LIFE = Duration.ofDays(90);
    public static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);
    public static final int MOST_USES = 10_000;
    /** That are good at the same time; each is a way in, so more than this is a mistake. */
    public static final int MOST_USABLE = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Tokens.class);

    private final MeshTrust trust;
    private final IdentityStore store;
    private final IdentityBook book;
    private final InstantSource clock;

    public Tokens(MeshTrust trust, IdentityStore store, IdentityBook book, InstantSource clock) {
        this.trust = trust;
        this.store = store;
        this.book = book;
        this.clock = clock;
    }

    /**
     * @param text the whole token: shown now and never again
     */
    public record Created(String text, StoredToken token) {
    }

    /**
     * Empty if too many are usable already.
     *
     * @param agent for this agent alone
     */
    public Optional<Created> create(String site, int uses, Duration life, Optional<NodeId> agent) {
        Instant now = clock.instant();
        if (store.tokens().stream().filter(known -> known.state(now) == StoredToken.State.USABLE)
                .count() >= MOST_USABLE) {
            return Optional.empty();
        }
        JoinToken token = JoinToken.random(trust.fingerprint());
        StoredToken stored = StoredToken.fresh(token.id(), token.secretHash(), site, agent, uses, now, now.plus(life));
        store.addToken(stored);
        log.info("Join token {} for site {}: {} use(s), until {}", stored.id(), site, uses, stored.expiresAt());
        return Optional.of(new Created(token.text(), stored));
    }

    public List<StoredToken> list() {
        return store.tokens();
    }

    /** False if there is none. */
    public boolean revoke(String id) {
        boolean there = store.revokeToken(id, clock.instant());
        if (there) {
            log.info("Join token {} is revoked", id);
        }
        return there;
    }

    /** In force from the agent's next message on. Since when it is shut out. */
    public Instant revoke(NodeId agent) {
        Instant now = clock.instant();
        if (book.revoke(agent, now)) {
            log.warn("Agent {} is revoked: its link is closed, and it gets no certificate", agent);
        }
        return book.revokedAt(agent).orElse(now);
    }
}
