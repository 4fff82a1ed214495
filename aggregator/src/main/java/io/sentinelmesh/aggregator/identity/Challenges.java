package io.sentinelmesh.aggregator.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Challenges that carry their own proof: random bytes, an end and a keyed hash, so that asking for many fills no memory. One that is used twice
 * within its life does no harm: what is signed with it names the key to be certified, which the second sender would have to have.
 */
final class Challenges {

    static final Duration LIFE = Duration.ofSeconds(60);
    private static final int RANDOM_BYTES = 16;
    private static final int MOST_CHARS = 200;

    private final SecureRandom random = new SecureRandom();
    private final byte[] key = new byte[32];
    private final InstantSource clock;

    Challenges(InstantSource clock) {
        this.clock = clock;
        random.nextBytes(key);
    }

    record Challenge(String nonce, Instant expires) {
    }

    Challenge next() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        Instant end = clock.instant().plus(LIFE);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "." + end.getEpochSecond();
        return new Challenge(text + "." + proof(text), Instant.ofEpochSecond(end.getEpochSecond()));
    }

    boolean valid(String nonce) {
        int dot = nonce.lastIndexOf('.');
        if (nonce.length() > MOST_CHARS || dot < 0) {
            return false;
        }
        String text = nonce.substring(0, dot);
        boolean ours = MessageDigest.isEqual(proof(text).getBytes(StandardCharsets.UTF_8),
                nonce.substring(dot + 1).getBytes(StandardCharsets.UTF_8));
        // Only our own text is read as a number.
        return ours && !clock.instant()
                .isAfter(Instant.ofEpochSecond(Long.parseLong(text.substring(text.indexOf('.') + 1))));
    }

    private String proof(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }
}
