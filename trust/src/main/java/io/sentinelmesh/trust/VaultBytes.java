package io.sentinelmesh.trust;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is encrypted in a vault: the key (PKCS #8), the chain, the trusted certificates (DER), each with its length, each list with its count. */
final class VaultBytes {

    /** Ours has two to four; JSSE reads ten at most. */
    private static final int MOST_CERTIFICATES = 16;
    /** Only keys of the curve P-256 are kept. */
    private static final String ALGORITHM = "EC";

    private VaultBytes() {
    }

    static byte[] of(KeyVault.Content content) {
        if (!content.key().getAlgorithm().equals(ALGORITHM)) {
            throw new TrustException(
                    "the vault keeps keys of the kind EC, this one is " + content.key().getAlgorithm());
        }
        byte[] key = PrivateKeys.pkcs8(content.key());
        List<byte[]> chain = der(content.chain());
        List<byte[]> trusted = der(content.trusted());
        ByteBuffer bytes = ByteBuffer.allocate(4 + key.length + size(chain) + size(trusted));
        bytes.putInt(key.length).put(key);
        Arrays.fill(key, (byte) 0);
        put(bytes, chain);
        put(bytes, trusted);
        return bytes.array();
    }

    static KeyVault.Content parse(byte[] plain, String source) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(plain);
            byte[] pkcs8 = part(bytes);
            PrivateKey key = PrivateKeys.parse(ALGORITHM, pkcs8, source);
            Arrays.fill(pkcs8, (byte) 0);
            KeyVault.Content content = new KeyVault.Content(key, certificates(bytes), certificates(bytes));
            if (bytes.hasRemaining()) {
                throw new TrustException(source + " holds " + bytes.remaining() + " bytes more than it says");
            }
            return content;
        } catch (BufferUnderflowException e) {
            throw new TrustException(source + " holds less than it says", e);
        }
    }

    private static List<byte[]> der(List<X509Certificate> certificates) {
        if (certificates.size() > MOST_CERTIFICATES) {
            throw new TrustException(
                    certificates.size() + " certificates: a vault keeps at most " + MOST_CERTIFICATES);
        }
        return certificates.stream().map(Certificates::der).toList();
    }

    private static int size(List<byte[]> parts) {
        return 4 + parts.stream().mapToInt(part -> 4 + part.length).sum();
    }

    private static void put(ByteBuffer bytes, List<byte[]> parts) {
        bytes.putInt(parts.size());
        parts.forEach(part -> bytes.putInt(part.length).put(part));
    }

    private static List<X509Certificate> certificates(ByteBuffer bytes) {
        int count = bytes.getInt();
        if (count < 0 || count > MOST_CERTIFICATES) {
            throw new TrustException("a vault with " + count + " certificates: it keeps at most " + MOST_CERTIFICATES);
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            certificates.add(Certificates.parse(part(bytes)));
        }
        return certificates;
    }

    private static byte[] part(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] part = new byte[length];
        bytes.get(part);
        return part;
    }
}
