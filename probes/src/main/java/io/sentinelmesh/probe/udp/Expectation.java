package io.sentinelmesh.probe.udp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.sentinelmesh.probe.kind.PatternRule;

/** What an answer must look like to be the right one. */
sealed interface Expectation {

    boolean isMetBy(byte[] answer);

    /** @throws IllegalArgumentException that says what is expected */
    static Expectation parse(String text) {
        if (Payloads.isHex(text)) {
            return new Beginning(Payloads.parse(text));
        }
        try {
            return new Containing(PatternRule.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + ", or 0x and the first bytes", e);
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

    /** The expression is found somewhere in the answer, which is read as UTF-8. One that takes too long to search for is not met. */
    record Containing(PatternRule rule) implements Expectation {

        @Override
        public boolean isMetBy(byte[] answer) {
            return rule.find(new String(answer, StandardCharsets.UTF_8)) == PatternRule.Found.YES;
        }
    }
}
