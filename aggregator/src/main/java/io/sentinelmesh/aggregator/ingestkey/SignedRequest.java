package io.sentinelmesh.aggregator.ingestkey;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a sender signs.
 *
 * @param timestamp Unix seconds, as it was written
 * @param bodySha256 lower-case hex
 */
record SignedRequest(String method, String path, String key, String timestamp, String nonce, String bodySha256) {

    static final String SCHEME = "SENTINEL-HMAC-SHA256";

    static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** None of the parts can hold a line feed, so no two requests have the same text. */
    String canonicalText() {
        return String.join("\n", SCHEME, method, path, key, timestamp, nonce, bodySha256);
    }

    /** In constant time; the signature is lower-case hex. */
    boolean isSignedBy(byte[] secret, String signature) {
        byte[] expected = IngestSecrets.hmac(secret, canonicalText());
        byte[] offered;
        try {
            offered = HexFormat.of().parseHex(signature);
        } catch (IllegalArgumentException notHex) {
            return false;
        }
        return MessageDigest.isEqual(expected, offered);
    }
}
