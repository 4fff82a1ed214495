package io.sentinelmesh.probe.kind;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that is searched for in what came from the network, in bounded time: some expressions take ages on some texts, and the
 * thread that hears them has other things to do.
 */
public record PatternRule(Pattern pattern) {

    /** Looks at a character; about 20 ms. */
    static final int MOST_STEPS = 2_000_000;

    public enum Found {
        YES, NO,
        /** The expression is too costly for this text. */
        GIVEN_UP
    }

    /** @throws IllegalArgumentException saying what is expected */
    public static PatternRule parse(String text) {
        try {
            return new PatternRule(Pattern.compile(text, Pattern.DOTALL));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("expected a regular expression (" + e.getDescription() + ")", e);
        }
    }

    public Found find(String text) {
        try {
            return pattern.matcher(new Counted(text, 0, text.length(), new Steps())).find() ? Found.YES : Found.NO;
        } catch (GaveUp | StackOverflowError e) {
            return Found.GIVEN_UP;
        }
    }

    private static final class Steps {
        private int left = MOST_STEPS;
    }

    private static final class GaveUp extends RuntimeException {

        private static final long serialVersionUID = 1L;

        GaveUp() {
            super("too many steps", null, false, false);
        }
    }

    private record Counted(String text, int start, int end, Steps steps) implements CharSequence {

        @Override
        public int length() {
            return end - start;
        }

        @Override
        public char charAt(int index) {
            if (steps.left-- <= 0) {
                throw new GaveUp();
            }
            return text.charAt(start + index);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return new Counted(text, start + from, start + to, steps);
        }

        @Override
        public String toString() {
            return text.substring(start, end);
        }
    }
}
