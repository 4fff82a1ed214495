package io.sentinelmesh.agent.enrolment;

import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.config.Joined;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.Validity;

/**
 * Makes this host an agent of a mesh: a key that never leaves it, a certificate for that key, and a note of where the aggregator is. Doing it again
 * keeps the identity. Called once, before the agent runs.
 */
public final class Joining {

    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

    private static final String REVOKED = "agent-revoked";
    private static final int MOST_ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    /** Asked to stay away longer than this, joining ends, as a person is waiting. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final DataFolder folder;
    private final KeyVault vault;
    private final InstantSource clock;
    private final Pause pause;

    /** Waits between two attempts. */
    public interface Pause {
        void forThatLong(Duration duration) throws InterruptedException;
    }

    /** @param asked whether the aggregator was asked for a certificate, or the one at hand is still good */
    public record Outcome(NodeId id, String name, String site, Validity validity, boolean asked) {
    }

    public Joining(DataFolder folder, KeyVault vault, InstantSource clock, Pause pause) {
        this.folder = folder;
        this.vault = vault;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * By the first of the aggregators.
     *
     * @param tokens none or one; used only if it is needed, as it may be good for one use only
     * @param anew asks for a certificate even if there is a good one
     * @param given settings of the command line, to be remembered
     * @throws DoorException if the aggregator doesn't give a certificate
     * @throws ConfigException if a token is needed and there is none
     */
    public Outcome join(AgentConfig config, List<JoinToken> tokens, boolean anew, Map<String, List<String>> given)
            throws InterruptedException {
        Optional<AgentIdentity> present = AgentIdentity.open(folder, vault, clock);
        if (!anew && present.isPresent() && isStillGood(present.get(), tokens)) {
            AgentIdentity identity = present.get();
            remember(config, given, Map.of());
            return new Outcome(identity.id(), config.name(), config.site(), identity.validity(), false);
        }
        JoinToken token = tokens.stream().findFirst()
                .orElseThrow(
                        () -> new ConfigException("joining needs a token: --token-file FILE, with what `sentinel token"
                                + " create --site SITE` printed on the aggregator"));
        PendingKey pending = new PendingKey(folder, vault);
        KeyPair key = present.map(AgentIdentity::key).orElseGet(pending::get);
        Certified certified;
        try {
            certified = joined(config, token, key);
        } catch (DoorException e) {
            if (present.isEmpty() || !e.code().equals(REVOKED)) {
                throw e;
            }
            // Whoever was shut out comes back with another key, and by a token made for it; the old key stays until that has worked.
            key = CertificateRequest.newKey();
            certified = joined(config, token, key);
        }
        folder.adopt(certified.id());
        vault.write(new KeyVault.Content(key.getPrivate(), certified.chain(), certified.trusted()));
        remember(config, given, Map.of("name", List.of(certified.name()), "site", List.of(certified.site()),
                Joined.AGGREGATOR_MEMBER_PORT,
                certified.memberPort() > 0 ? List.of(Integer.toString(certified.memberPort())) : List.of()));
        pending.forget();
        return new Outcome(certified.id(), certified.name(), certified.site(), certified.validity(), true);
    }

    /** Without a token there is no better one to be had: what has expired is renewed by its key when the agent runs. */
    private boolean isStillGood(AgentIdentity identity, List<JoinToken> tokens) {
        return tokens.stream().allMatch(token -> identity.validity().contains(clock.instant())
                && identity.trusts(token.caFingerprint()));
    }

    private Certified joined(AgentConfig config, JoinToken token, KeyPair key) throws InterruptedException {
        Door door = Door.pinned(config.aggregators().getFirst(), config.proxy(), token.caFingerprint(), clock);
        Optional<String> site = config.siteGiven() ? Optional.of(config.site()) : Optional.empty();
        byte[] request = CertificateRequest.of(key);
        Supplier<Certified> asking = () -> door.join(token, key.getPublic(), request, config.name(), site,
                folder.knownIdentity());
        Duration wait = FIRST_PAUSE;
        for (int attempt = 1;; attempt++) {
            try {
                return asking.get();
            } catch (DoorException e) {
                Duration next = e.waitAtLeast().compareTo(wait) > 0 ? e.waitAtLeast() : wait;
                if (e.kind() != DoorException.Kind.AWAY || attempt == MOST_ATTEMPTS
                        || next.compareTo(LONGEST_PAUSE) > 0) {
                    throw e;
                }
                // The same request with the same key again: should the first answer be lost, it costs no second use of the token.
                LOG.info("{}; trying again in {} s", e.getMessage(), next.toSeconds());
                pause.forThatLong(next);
                wait = wait.multipliedBy(2);
            }
        }
    }

    private void remember(AgentConfig config, Map<String, List<String>> given, Map<String, List<String>> learned) {
        List<String> doors = config.aggregators().stream()
                .map(uri -> "https://" + uri.getHost() + ":" + AgentConfig.port(uri)).toList();
        Joined all = Joined.in(folder.path("")).with(given).with(learned)
                .with(Map.of("aggregators", doors, "wrapping-key-file", List.of(config.wrappingKeyFile().toString())));
        folder.write(Joined.FILE, all.json());
    }
}
