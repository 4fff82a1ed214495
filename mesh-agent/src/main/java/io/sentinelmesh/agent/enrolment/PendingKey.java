package io.sentinelmesh.agent.enrolment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.TrustException;

/**
 * The key that a certificate is asked for. A new one is kept before it is first shown: should the answer get lost, even by the end of this process,
 * the same request is repeated, and the aggregator answers it again without a second use of the token.
 *
 * @param request PKCS #10; it holds nothing secret
 */
record PendingKey(PrivateKey secret, PublicKey open, byte[] request) {

    private static final String FILE = "join-request";

    static PendingKey of(AgentIdentity identity) {
        return new PendingKey(identity.key().getPrivate(), identity.key().getPublic(), identity.request());
    }

    /** Of an earlier attempt, or a new one. */
    static PendingKey in(DataFolder folder, KeyVault vault) {
        return kept(folder, vault).orElseGet(() -> make(folder, vault));
    }

    /** The vault has the secret half, the request the open one. */
    private static Optional<PendingKey> kept(DataFolder folder, KeyVault vault) {
        Path file = folder.path(FILE);
        Optional<KeyVault.Content> content = vault.read();
        if (content.isEmpty() || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            byte[] request = Base64.getDecoder().decode(Files.readString(file).strip());
            return Optional.of(new PendingKey(content.get().key(), CertificateRequest.verified(request), request));
        } catch (IOException | TrustException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    private static PendingKey make(DataFolder folder, KeyVault vault) {
        // A request of another key must never lie beside this one.
        forget(folder);
        KeyPair pair = CertificateRequest.newKey();
        byte[] request = CertificateRequest.of(pair);
        vault.write(new KeyVault.Content(pair.getPrivate(), List.of(), List.of()));
        folder.write(FILE, Base64.getEncoder().encodeToString(request) + "\n");
        return new PendingKey(pair.getPrivate(), pair.getPublic(), request);
    }

    static void forget(DataFolder folder) {
        try {
            Files.deleteIfExists(folder.path(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder.path(FILE), e);
        }
    }

    /** The request alone would show no secret, but a record shows all its parts. */
    @Override
    public String toString() {
        return "PendingKey[hidden]";
    }
}
