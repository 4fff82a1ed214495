package io.sentinelmesh.aggregator.ingestkey;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a sender calls the secret that it signs with: {@code ID.GENERATION} for the static one, {@code ID.GENERATION.EXPIRY} for a token made of it.
 *
 * @param expiry of a token
 */
record KeyName(String id, int generation, Optional<Instant> expiry) {

    private static final Pattern FORM = Pattern
            .compile("([A-Za-z0-9]{16})\\.([1-9][0-9]{0,5})(?:\\.([1-9][0-9]{0,10}))?");

    static Optional<KeyName> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(new KeyName(form.group(1), Integer.parseInt(form.group(2)),
                Optional.ofNullable(form.group(3)).map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)))));
    }

    boolean isToken() {
        return expiry.isPresent();
    }

    String text() {
        return id + "." + generation + expiry.map(until -> "." + until.getEpochSecond()).orElse("");
    }
}
