package io.sentinelmesh.trust;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * What an agent needs to join: {@code smj1.<id>.<secret>.<fingerprint>}, base64url without padding. The fingerprint pins the authority, so that the
 * first word already goes to the right aggregator.
 *
 * @param id names it to people and in the store; 8 random bytes
 * @param secret 16 random bytes; the store keeps only its SHA-256
 * @param caFingerprint lower-case hex of the SHA-256 of the authority's certificate
 */
public record JoinToken(String id, String secret, String caFingerprint) {

    private static final String PREFIX = "smj1";
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 16;
    private static final int FINGERPRINT_BYTES = 32;
    /** 4 + 11 + 22 + 43 characters and three dots. */
    private static final int CHARACTERS = 83;
    private static final String MAKE_ANOTHER = ": copy it again, or make another with: sentinel token create";

    public JoinToken {
        decode("id", id, ID_BYTES);
        decode("secret", secret, SECRET_BYTES);
        if (!caFingerprint.matches("[0-9a-f]{64}")) {
            throw new TrustException("a fingerprint is 64 lower-case hex digits");
        }
    }

    public static JoinToken random(String caFingerprint) {
        return new JoinToken(randomText(ID_BYTES), randomText(SECRET_BYTES), caFingerprint);
    }

    /** @throws TrustException if it is no join token; the message doesn't repeat it */
    public static JoinToken parse(String text) {
        String token = text.strip();
        if (!token.startsWith(PREFIX + ".")) {
            throw new TrustException("not a join token, which begins with " + PREFIX + "." + MAKE_ANOTHER);
        }
        if (token.length() != CHARACTERS) {
            throw new TrustException("a join token has " + CHARACTERS + " characters, this one has " + token.length()
                    + MAKE_ANOTHER);
        }
        List<String> parts = Arrays.asList(token.split("\\.", -1));
        if (parts.size() != 4) {
            throw new TrustException("a join token has four parts between dots, this one has " + parts.size()
                    + MAKE_ANOTHER);
        }
        return new JoinToken(parts.get(1), parts.get(2),
                HexFormat.of().formatHex(decode("fingerprint", parts.get(3), FINGERPRINT_BYTES)));
    }

    /** The whole token. */
    public String text() {
        return String.join(".", PREFIX, id, secret, encode(HexFormat.of().parseHex(caFingerprint)));
    }

    /** What the store keeps: lower-case hex of the SHA-256 of the secret's bytes. */
    public String secretHash() {
        return Certificates.sha256Hex(decode("secret", secret, SECRET_BYTES));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "JoinToken[" + id + "]";
    }

    private static String randomText(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return encode(random);
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decode(String part, String text, int bytes) {
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(text);
            // The decoder ignores padding and spare bits: two texts would be one token.
            if (decoded.length == bytes && encode(decoded).equals(text)) {
                return decoded;
            }
        } catch (IllegalArgumentException _) {
            // Its message may quote the secret.
        }
        throw new TrustException("the " + part + " in this join token is garbled" + MAKE_ANOTHER);
    }
}
