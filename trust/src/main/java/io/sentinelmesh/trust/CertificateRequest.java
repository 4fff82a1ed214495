package io.sentinelmesh.trust;

import java.security.KeyPair;
import java.security.PublicKey;

/** PKCS #10 (RFC 2986): an agent's proof that it has the key it wants certified. Names in it are ignored: the aggregator decides who somebody is. */
public final class CertificateRequest {

    /** More than any P-256 request needs. */
    public static final int MOST_BYTES = 4_096;

    private CertificateRequest() {
    }

    /** A new P-256 key pair. */
    public static KeyPair newKey() {
        return Unfinished.here();
    }

    /** DER. */
    public static byte[] of(KeyPair key) {
        return Unfinished.here();
    }

    /** The key that signed it. @throws TrustException if it is malformed, too long, not a P-256 key, or the signature is wrong */
    public static PublicKey verified(byte[] der) {
        return Unfinished.here();
    }
}
