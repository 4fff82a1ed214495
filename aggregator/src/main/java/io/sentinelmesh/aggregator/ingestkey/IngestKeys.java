package io.sentinelmesh.aggregator.ingestkey;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.IngestKeyStore;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.StoredIngestKey;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** Makes keys, takes them back, and judges what is signed with them. Speaks to the database, so it blocks; thread-safe. */
public final class IngestKeys {

    private static final Logger log = LoggerFactory.getLogger(IngestKeys.class);

    public static final Duration DEFAULT_LIFE = Duration.ofDays(90);
    public static final Duration LONGEST_LIFE = Duration.ofDays(730);
    public static final Duration DEFAULT_OVERLAP = Duration.ofDays(1);
    public static final Duration LONGEST_OVERLAP = Duration.ofDays(30);
    static final Duration TOKEN_LIFE = Duration.ofHours(1);
    /** How far a sender's clock may be from ours. */
    static final Duration WINDOW = Duration.ofMinutes(5);
    /** That are neither expired nor revoked. */
    public static final int MOST_USABLE = 1_000;

    private static final String ID_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private static final int ID_LENGTH = 16;
    /** Of an agent that has no address: nobody probes it, as it never says hello. RFC 5737. */
    private static final String NO_ADDRESS = "192.0.2.0";

    private final MeasurementStore store;
    private final IngestKeyStore keys;
    private final IngestSecrets secrets;
    private final Predicate<NodeId> revokedAgent;
    private final Supplier<String> authority;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Nonces nonces = new Nonces(WINDOW.multipliedBy(2), Nonces.MOST);

    /**
     * @param revokedAgent who is shut out by its identity is shut out here, too
     * @param authority whom a sender has to trust, PEM
     */
    public IngestKeys(MeasurementStore store, IngestSecrets secrets, Predicate<NodeId> revokedAgent,
            Supplier<String> authority, Clock clock) {
        this.store = store;
        this.keys = store.ingestKeys();
        this.secrets = secrets;
        this.revokedAgent = revokedAgent;
        this.authority = authority;
        this.clock = clock;
    }

    /**
     * A secret in the clear, for the one who asked for it.
     *
     * @param name to be sent with what is signed with it
     * @param secret lower-case hex
     */
    public record Issued(StoredIngestKey key, String name, String secret, Instant until) {
    }

    /** What a well signed request may do. */
    record Admitted(StoredIngestKey key, KeyName signedWith) {
    }

    /**
     * @param agent whose results; empty: one that is made for it
     * @return empty if there are too many
     * @throws io.sentinelmesh.db.NameTakenException if another agent has the name
     */
    public synchronized Optional<Issued> create(String name, String site, Duration life, Optional<NodeId> agent) {
        Instant now = now();
        if (keys.list().stream().filter(key -> key.state(now) == StoredIngestKey.State.USABLE).count() >= MOST_USABLE) {
            return Optional.empty();
        }
        Optional<MeshNode> known = store.agents().stream().map(AgentRecord::node)
                .filter(node -> agent.filter(node.id()::equals).isPresent()).findFirst();
        MeshNode node = known.orElseGet(() -> new MeshNode(agent.orElseGet(NodeId::random), MeshNode.Role.AGENT, name,
                site, NO_ADDRESS));
        if (known.isEmpty()) {
            store.saveAgent(record(node, now));
        }
        StoredIngestKey key = new StoredIngestKey(newId(), node.id(), node.name(), node.site(), 1, Optional.empty(),
                now,
                now.plus(life), Optional.empty());
        keys.add(key);
        log.info("Ingest key {} made for agent {} ({}) of site {}, until {}", key.id(), key.name(), key.agent(),
                key.site(), key.expiresAt());
        return Optional.of(issued(key));
    }

    /** It is there, but never connected: no alarm. */
    static AgentRecord record(MeshNode node, Instant at) {
        return new AgentRecord(node, "third party", "third-party", "", new UUID(0, 0), at, at, true);
    }

    static MeshNode node(StoredIngestKey key) {
        return new MeshNode(key.agent(), MeshNode.Role.AGENT, key.name(), key.site(), NO_ADDRESS);
    }

    private String newId() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        return id.toString();
    }

    private Issued issued(StoredIngestKey key) {
        KeyName name = new KeyName(key.id(), key.generation(), Optional.empty());
        return new Issued(key, name.text(), HexFormat.of().formatHex(secrets.secretOf(name)), key.expiresAt());
    }

    /** Whom a sender has to trust, PEM. */
    public String authority() {
        return authority.get();
    }

    public List<StoredIngestKey> list() {
        return keys.list();
    }

    /** A new secret; the one in force is good for the overlap, an older one not any more. Empty if there is no such key, or it is revoked. */
    public Optional<Issued> rotate(String id, Duration overlap) {
        Optional<StoredIngestKey> next = keys.rotate(id, now().plus(overlap));
        next.ifPresent(
                key -> log.info("Ingest key {} of agent {} rotated: secret {} is good until {}, {} from now on", id,
                        key.name(), key.generation() - 1, key.previousUntil().orElse(Instant.MIN), key.generation()));
        return next.map(this::issued);
    }

    public boolean revoke(String id) {
        boolean there = keys.revoke(id, now());
        if (there) {
            log.info("Ingest key {} revoked", id);
        }
        return there;
    }

    /** A secret for an hour, for a sender that does not want to carry the static one about. */
    Issued token(Admitted admitted) {
        if (admitted.signedWith.isToken()) {
            throw new IngestRefusedException(IngestObjection.TOKEN_FROM_TOKEN,
                    "a token makes no further tokens: sign this request with the static key");
        }
        StoredIngestKey key = admitted.key;
        int generation = admitted.signedWith.generation();
        Instant until = now().plus(TOKEN_LIFE).truncatedTo(ChronoUnit.SECONDS);
        Instant end = until.isBefore(key.expiresAt()) ? until : key.expiresAt().truncatedTo(ChronoUnit.SECONDS);
        KeyName name = new KeyName(key.id(), generation, Optional.of(end));
        log.info("Token made of ingest key {} of agent {}, until {}", key.id(), key.name(), end);
        return new Issued(key, name.text(), HexFormat.of().formatHex(secrets.secretOf(name)), end);
    }

    /**
     * Judges a signed request, once: the second time it is a repetition.
     *
     * @throws IngestRefusedException with the reason
     * @throws io.sentinelmesh.db.StoreException if the key cannot be looked up
     */
    Admitted admit(SignedRequest request, String signature) {
        Instant now = now();
        KeyName name = KeyName.parse(request.key()).orElseThrow(() -> new IngestRefusedException(
                IngestObjection.KEY_UNKNOWN, "Sentinel-Key is no key's name: write it as it was given, such as "
                        + "aBcDeFgHjKmNpQrS.1"));
        // Before anything is looked up or told: whoever has no secret learns nothing, and costs no query.
        if (!request.isSignedBy(secrets.secretOf(name), signature)) {
            throw new IngestRefusedException(IngestObjection.SIGNATURE,
                    "the signature does not fit: check the secret of "
                            + "Sentinel-Key and the text that is signed, line by line (docs/ingest.md)");
        }
        requireWithinWindow(request, now);
        StoredIngestKey key = inForce(name, now);
        switch (nonces.remember(name.id(), request.nonce(), now)) {
            case FRESH -> {
                // As it should be.
            }
            case REPEATED ->
                throw new IngestRefusedException(IngestObjection.REPLAYED, "a request with this nonce came "
                        + "before: to send a batch again, sign it with a new nonce and timestamp");
            case FULL -> throw new IngestRefusedException(IngestObjection.OVERLOADED,
                    "too many requests of the last minutes are remembered: try again in a minute, with a new nonce");
        }
        return new Admitted(key, name);
    }

    private static void requireWithinWindow(SignedRequest request, Instant now) {
        Duration ahead = Duration.between(now, Instant.ofEpochSecond(Long.parseLong(request.timestamp())));
        if (ahead.abs().compareTo(WINDOW) > 0) {
            throw new IngestRefusedException(IngestObjection.CLOCK, "Sentinel-Timestamp is " + ahead.abs().toSeconds()
                    + " s " + (ahead.isNegative() ? "behind" : "ahead of") + " this aggregator's clock, which says "
                    + now.getEpochSecond() + "; " + WINDOW.toSeconds() + " s are let pass: set the sender's clock");
        }
    }

    private StoredIngestKey inForce(KeyName name, Instant now) {
        StoredIngestKey key = keys.find(name.id()).orElseThrow(() -> new IngestRefusedException(
                IngestObjection.KEY_UNKNOWN, "this key is not known any more: ask for another"));
        switch (key.state(now)) {
            case REVOKED -> throw new IngestRefusedException(IngestObjection.KEY_REVOKED,
                    "this key was revoked: ask for another");
            case EXPIRED -> throw new IngestRefusedException(IngestObjection.KEY_EXPIRED,
                    "this key ended at " + key.expiresAt() + ": ask for another");
            case USABLE -> {
                // As it should be.
            }
        }
        if (!key.inForce(name.generation(), now)) {
            throw new IngestRefusedException(IngestObjection.KEY_ROTATED,
                    "this secret was replaced by a newer one and its "
                            + "time beside that is over: use the newer one");
        }
        if (name.expiry().filter(until -> !now.isBefore(until)).isPresent()) {
            throw new IngestRefusedException(IngestObjection.TOKEN_EXPIRED,
                    "this token has ended: ask for another with the static key");
        }
        if (revokedAgent.test(key.agent())) {
            throw new IngestRefusedException(IngestObjection.AGENT_REVOKED, "the agent of this key was revoked");
        }
        return key;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
