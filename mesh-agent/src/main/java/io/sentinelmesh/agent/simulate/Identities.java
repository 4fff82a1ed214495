package io.sentinelmesh.agent.simulate;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.enrolment.Admission;
import io.sentinelmesh.agent.enrolment.DoorException;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.JoinToken;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.MeshIdentity;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.trust.Validity;
import io.sentinelmesh.trust.WrappingKey;

/**
 * The keys and certificates of the simulated agents, each its own, in a folder: an agent that comes again is the same one. Kept as agents keep
 * theirs, encrypted under one wrapping key beside the folder.
 */
final class Identities {

    /** The door takes 200 at once and 20 a second from one address. */
    private static final int JOIN_AT_ONCE = 4;
    private static final int MOST_ATTEMPTS = 30;
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    /** One that ends while it is used would end its link. */
    private static final Duration LEAST_LIFE = Duration.ofDays(1);

    record Identity(NodeId id, TlsIdentity tls) {
    }

    private final Path folder;
    private final URI door;
    private final Optional<JoinToken> token;
    private final InstantSource clock;
    private final WrappingKey wrapping;

    /** @param token needed for those that have no certificate yet */
    Identities(Path folder, URI door, Optional<JoinToken> token, InstantSource clock) {
        this.folder = folder;
        this.door = door;
        this.token = token;
        this.clock = clock;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ConfigException(folder + ": cannot be made (" + e.getMessage() + "): choose another folder with"
                    + " --identities", e);
        }
        this.wrapping = WrappingKey.find(Map.of(),
                folder.toAbsolutePath().resolveSibling(folder.getFileName() + ".key"), folder);
    }

    /**
     * By number of the agent; joins those that have not yet.
     *
     * @param progress is told how many there are so far
     * @throws DoorException if the aggregator lets one not in
     */
    List<Identity> of(World world, IntConsumer progress) throws InterruptedException {
        List<Future<Identity>> asked = new ArrayList<>();
        List<Identity> all = new ArrayList<>();
        try (ExecutorService joining = Executors.newFixedThreadPool(JOIN_AT_ONCE, Thread.ofVirtual().factory())) {
            for (int agent = 0; agent < world.agents(); agent++) {
                String name = world.agentName(agent);
                asked.add(joining.submit(() -> one(name)));
            }
            try {
                for (Future<Identity> each : asked) {
                    all.add(each.get());
                    progress.accept(all.size());
                }
            } catch (ExecutionException e) {
                joining.shutdownNow();
                if (e.getCause() instanceof RuntimeException known) {
                    throw known;
                }
                throw new IllegalStateException("joining failed", e.getCause());
            }
        }
        return all;
    }

    private Identity one(String name) throws InterruptedException {
        KeyVault vault = new KeyVault(folder.resolve(name), wrapping);
        Optional<KeyVault.Content> kept = vault.read();
        if (kept.isPresent() && isStillGood(kept.get())) {
            return identity(kept.get());
        }
        JoinToken with = token.orElseThrow(() -> new ConfigException("simulated agents join as others do, by a token of"
                + " many uses: --token-file FILE, with what `sentinel token create --site simulated --uses N` printed"
                + " on the aggregator"));
        KeyPair key = kept.map(Identities::keyOf).orElseGet(CertificateRequest::newKey);
        Admission given = admitted(with, key, name, kept.flatMap(Identities::idOf));
        KeyVault.Content content = new KeyVault.Content(key.getPrivate(), given.chain(), given.trusted());
        vault.write(content);
        return identity(content);
    }

    private boolean isStillGood(KeyVault.Content content) {
        boolean sameMesh = token.isEmpty() || content.trusted().stream()
                .anyMatch(authority -> fingerprint(authority).equals(token.get().caFingerprint()));
        return sameMesh && Validity.of(content.chain().getFirst()).remaining(clock.instant()).compareTo(LEAST_LIFE) > 0;
    }

    private Admission admitted(JoinToken with, KeyPair key, String name, Optional<NodeId> id)
            throws InterruptedException {
        for (int attempt = 1;; attempt++) {
            try {
                return Admission.ask(door, with, key, name, id, clock);
            } catch (DoorException e) {
                if (e.kind() != DoorException.Kind.AWAY || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                // The same request with the same key again costs no second use of the token.
                Thread.sleep(ASK_AGAIN.plus(e.waitAtLeast()));
            }
        }
    }

    private Identity identity(KeyVault.Content content) {
        return new Identity(idOf(content).orElseThrow(),
                new TlsIdentity(new TlsIdentity.Material(content.key(), content.chain(), content.trusted()), clock));
    }

    private static Optional<NodeId> idOf(KeyVault.Content content) {
        return MeshIdentity.of(content.chain().getFirst()).map(MeshIdentity::id);
    }

    private static KeyPair keyOf(KeyVault.Content content) {
        return new KeyPair(content.chain().getFirst().getPublicKey(), content.key());
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
