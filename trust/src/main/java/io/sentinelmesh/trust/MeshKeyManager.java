package io.sentinelmesh.trust;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/**
 * Shows the newest material in each handshake. The name of a material is its number: JSSE asks for a name first and for key and chain after, and
 * must get what belongs together though it is replaced in between. Any thread.
 */
final class MeshKeyManager extends X509ExtendedKeyManager {

    /** @param before the one that handshakes may still ask for that began a moment ago */
    record Numbered(long number, TlsIdentity.Material material, Optional<Numbered> before) {

        Numbered next(TlsIdentity.Material newer) {
            return new Numbered(number + 1, newer, Optional.of(new Numbered(number, material, Optional.empty())));
        }

        private String name() {
            return Long.toString(number);
        }

        private Optional<TlsIdentity.Material> named(String name) {
            return name.equals(name()) ? Optional.of(material) : before.flatMap(elder -> elder.named(name));
        }
    }

    private final Supplier<Numbered> newest;
    private final InstantSource clock;

    MeshKeyManager(Supplier<Numbered> newest, InstantSource clock) {
        this.newest = newest;
        this.clock = clock;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
            SSLEngine engine) {
        return client(keyTypes, Handshake.of(engine));
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return client(keyTypes, Handshake.of(socket));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers,
            SSLEngine engine) {
        return server(keyType, Handshake.of(engine));
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return server(keyType, Handshake.of(socket));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String name) {
        return newest.get().named(name).map(TlsIdentity.Material::key).orElse(null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String name) {
        return newest.get().named(name).map(material -> material.chain().toArray(X509Certificate[]::new)).orElse(null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return names(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return names(keyType);
    }

    private String @Nullable [] names(String keyType) {
        Numbered now = newest.get();
        return fits(now, keyType) ? new String[]{now.name()} : null;
    }

    /**
     * The server's list of issuers is not asked: it may be older than our authority, whose chain leads to the elder one. An expired certificate is not
     * shown, since a server would break off; without one it can still be asked to renew it.
     */
    private @Nullable String client(String[] keyTypes, Optional<Handshake> handshake) {
        Numbered now = newest.get();
        boolean inForce = !clock.instant().isAfter(Validity.of(now.material.certificate()).until());
        return inForce && handshake.filter(Handshake::isModern).isPresent()
                && Arrays.stream(keyTypes).anyMatch(type -> fits(now, type)) ? now.name() : null;
    }

    private @Nullable String server(String keyType, Optional<Handshake> handshake) {
        Numbered now = newest.get();
        if (handshake.filter(Handshake::isModern).isEmpty() || !fits(now, keyType)) {
            return null;
        }
        handshake.get().forbidResumption();
        return now.name();
    }

    private static boolean fits(Numbered now, String keyType) {
        return now.material.key().getAlgorithm().equals(keyType);
    }
}
