package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An agent's private key on disk: PKCS #8, encrypted with AES-256-GCM under a wrapping key that is kept elsewhere, in a file of mode 0600. It
 * protects a stolen copy or backup of the data folder; not against root of the running host (docs/security.md). One process at a time may write;
 * thread-safe.
 */
public final class KeyVault {

    /** A key and 32 certificates of ordinary size take less than a tenth. */
    static final int MOST_BYTES = 1 << 20;

    private final Path file;
    private WrappingKey wrapping;

    /** @param file of the encrypted key and its certificates */
    public KeyVault(Path file, WrappingKey wrapping) {
        this.file = file;
        this.wrapping = wrapping;
    }

    /**
     * What is kept together: replaced as a whole, so that key and certificate always belong together.
     *
     * @param chain empty for a key that is not certified yet: kept so that a join whose answer was lost can be asked again
     */
    public record Content(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {
        public Content {
            chain = List.copyOf(chain);
            trusted = List.copyOf(trusted);
            if (!chain.isEmpty() && !PrivateKeys.belongTogether(key, chain.getFirst().getPublicKey())) {
                throw new TrustException("the key is not that of the certificate of "
                        + chain.getFirst().getSubjectX500Principal().getName());
            }
        }
    }

    /** Empty if there is none yet. @throws TrustException if the wrapping key is another, the file was changed, or others may read it */
    public synchronized Optional<Content> read() {
        return PrivateFiles.read(file, MOST_BYTES).map(bytes -> {
            byte[] plain = new SealedKey(wrapping).open(bytes, file.toString());
            try {
                return VaultBytes.parse(plain, file.toString());
            } finally {
                Arrays.fill(plain, (byte) 0);
            }
        });
    }

    /** As a whole or not at all. @throws TrustException if it can't be written */
    public synchronized void write(Content content) {
        byte[] plain = VaultBytes.of(content);
        try {
            PrivateFiles.write(file, new SealedKey(wrapping).seal(plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** Encrypts under another wrapping key. */
    public synchronized void rewrap(WrappingKey other) {
        Optional<Content> content = read();
        WrappingKey before = wrapping;
        wrapping = other;
        try {
            content.ifPresent(this::write);
        } catch (TrustException e) {
            wrapping = before;
            throw e;
        }
    }
}
