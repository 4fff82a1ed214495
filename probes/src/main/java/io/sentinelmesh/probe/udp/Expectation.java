package io.sentinelmesh.probe.udp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What an answer must look like to be the right one. */
sealed interface Expectation {

    boolean isMetBy(byte[] answer);

    /** @throws IllegalArgumentException that says what is expected */
    static Expectation parse(String text) {
        if (Payloads.isHex(text)) {
            return new Beginning(Payloads.parse(text));
        }
        try {
            return new Containing(Pattern.compile(text, Pattern.DOTALL));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "expected a regular expression (" + e.getDescription() + "), or 0x and the first bytes", e);
        }
    }

    /** Any answer will do. */
    record Any() implements Expectation {

        @Override
        public boolean isMetBy(byte[] answer) {
            return true;
        }
    }

    /** The answer begins with these bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Beginning(byte[] bytes) implements Expectation {

        @Override
        public boolean isMetBy(byte[] answer) {
            return answer.length >= bytes.length
                    && Arrays.equals(answer, 0, bytes.length, bytes, 0, bytes.length);
        }
    }

    /** The pattern is found somewhere in the answer, which is read as UTF-8. */
    record Containing(Pattern pattern) implements Expectation {

        @Override
        public boolean isMetBy(byte[] answer) {
            return pattern.matcher(new String(answer, StandardCharsets.UTF_8)).find();
        }
    }
}
