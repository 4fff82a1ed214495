package io.sentinelmesh.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which word was meant. */
public final class Spelling {

    private static final int MOST_CHANGES = 3;
    /** Longer words are not compared: the time grows with the product of the lengths. */
    private static final int LONGEST = 80;

    private Spelling() {
    }

    /** The known word that is most like what was written, if any is like it. */
    public static Optional<String> closest(String written, Collection<String> known) {
        return written.length() > LONGEST
                ? Optional.empty()
                : known.stream().min(Comparator.comparingInt(word -> distance(word, written)))
                        .filter(word -> distance(word, written) <= Math.min(MOST_CHANGES, word.length() / 2));
    }

    /** Levenshtein's distance: how many letters to change, add or take away. */
    public static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
