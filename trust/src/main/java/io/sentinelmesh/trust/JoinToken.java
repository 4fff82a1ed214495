package io.sentinelmesh.trust;

/**
 * What an agent needs to join: {@code smj1.<id>.<secret>.<fingerprint>}, base64url without padding. The fingerprint pins the authority, so that the
 * first word already goes to the right aggregator.
 *
 * @param id names it to people and in the store; 8 random bytes
 * @param secret 16 random bytes; the store keeps only its SHA-256
 * @param caFingerprint lower-case hex of the SHA-256 of the authority's certificate
 */
public record JoinToken(String id, String secret, String caFingerprint) {

    public static JoinToken random(String caFingerprint) {
        return Unfinished.here();
    }

    /** @throws TrustException if it is no join token; the message doesn't repeat it */
    public static JoinToken parse(String text) {
        return Unfinished.here();
    }

    /** The whole token. */
    public String text() {
        return Unfinished.here();
    }

    /** What the store keeps: lower-case hex of the SHA-256 of the secret. */
    public String secretHash() {
        return Unfinished.here();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "JoinToken[" + id + "]";
    }
}
