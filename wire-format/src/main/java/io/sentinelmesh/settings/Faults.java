package io.sentinelmesh.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one document, so that people need not find it out one by one. */
final class Faults {

    /** A document with more is not read by people any more. */
    private static final int MOST = 50;
    private static final int LONGEST_TEXT = 100;

    private final List<Fault> found = new ArrayList<>();

    void add(Place place, String message) {
        if (found.size() < MOST) {
            found.add(new Fault(place, message));
        }
    }

    int count() {
        return found.size();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            found.sort(Comparator.comparing(Fault::place,
                    Comparator.comparingInt(Place::line).thenComparingInt(Place::column)));
            throw new SettingsException(found);
        }
    }

    /** A text from the document as a message may repeat it: short, on one line. */
    static String shown(String text) {
        String line = text.codePoints().map(c -> Character.isISOControl(c) ? '?' : c).limit(LONGEST_TEXT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return line.length() < text.length() ? line + "..." : line;
    }
}
