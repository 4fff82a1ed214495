package io.sentinelmesh.agent.enrolment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.TrustException;

/**
 * A key that has no certificate yet. It is kept before it is first shown: should the answer get lost, even by the end of this process, the same key is
 * shown again, and the aggregator answers it again without a second use of the token. The vault has the secret half, a request beside it the open one.
 */
final class PendingKey {

    private static final String FILE = "join-request";

    private final DataFolder folder;
    private final KeyVault vault;

    PendingKey(DataFolder folder, KeyVault vault) {
        this.folder = folder;
        this.vault = vault;
    }

    /** Of an earlier attempt, or a new one. */
    KeyPair get() {
        return kept().orElseGet(this::make);
    }

    private Optional<KeyPair> kept() {
        Path file = folder.path(FILE);
        Optional<KeyVault.Content> content = vault.read();
        if (content.isEmpty() || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            byte[] request = Base64.getDecoder().decode(Files.readString(file).strip());
            return Optional.of(new KeyPair(CertificateRequest.verified(request), content.get().key()));
        } catch (IOException | TrustException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    private KeyPair make() {
        // A request of another key must never lie beside this one.
        forget();
        KeyPair pair = CertificateRequest.newKey();
        vault.write(new KeyVault.Content(pair.getPrivate(), List.of(), List.of()));
        folder.write(FILE, Base64.getEncoder().encodeToString(CertificateRequest.of(pair)) + "\n");
        return pair;
    }

    /** The key has its certificate. */
    void forget() {
        try {
            Files.deleteIfExists(folder.path(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder.path(FILE), e);
        }
    }
}
