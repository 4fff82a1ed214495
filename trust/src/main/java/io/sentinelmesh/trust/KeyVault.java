package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * An agent's private key on disk: PKCS #8, encrypted with AES-256-GCM under a wrapping key that is kept elsewhere, in a file of mode 0600. It
 * protects a stolen copy or backup of the data folder; not against root of the running host (docs/security.md).
 */
public final class KeyVault {

    /** @param file of the encrypted key and its certificates */
    public KeyVault(Path file, WrappingKey wrapping) {
        Unfinished.here();
    }

    /** What is kept together: replaced as a whole, so that key and certificate always belong together. */
    public record Content(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
        public Content {
            chain = List.copyOf(chain);
            trusted = List.copyOf(trusted);
        }
    }

    /** Empty if there is none yet. @throws TrustException if the wrapping key is another, the file was changed, or others may read it */
    public Optional<Content> read() {
        return Unfinished.here();
    }

    /** As a whole or not at all. @throws TrustException if it can't be written */
    public void write(Content content) {
        Unfinished.here();
    }

    /** Encrypts under another wrapping key. */
    public void rewrap(WrappingKey wrapping) {
        Unfinished.here();
    }
}
