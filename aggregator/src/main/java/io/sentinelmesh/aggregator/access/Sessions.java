package io.sentinelmesh.aggregator.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Session cookies that carry their own proof: an end and a keyed hash of it, so nothing is held in memory and a restart ends none. */
final class Sessions {

    static final Duration LIFE = Duration.ofHours(12);
    private static final int MOST_VALUE_CHARS = 100;

    private final byte[] key;
    private final Clock clock;

    Sessions(Token token, Clock clock) {
        this.key = token.secret();
        this.clock = clock;
    }

    /** A new session's cookie value. */
    String open() {
        long end = clock.instant().plus(LIFE).getEpochSecond();
        return end + "." + proof(end);
    }

    boolean valid(String value) {
        int dot = value.indexOf('.');
        if (value.length() > MOST_VALUE_CHARS || dot < 1 || dot > 12
                || !value.chars().limit(dot).allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        long end = Long.parseLong(value.substring(0, dot));
        boolean genuine = MessageDigest.isEqual(proof(end).getBytes(StandardCharsets.UTF_8),
                value.substring(dot + 1).getBytes(StandardCharsets.UTF_8));
        return genuine && clock.instant().isBefore(Instant.ofEpochSecond(end));
    }

    private String proof(long end) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] hash = mac.doFinal(("session until " + end).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }
}
