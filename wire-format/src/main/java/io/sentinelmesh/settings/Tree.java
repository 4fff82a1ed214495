package io.sentinelmesh.settings;

import java.util.List;
import java.util.Map;

/** A document as it is written, each part with its place. */
sealed interface Tree {

    Place place();

    /** In the order of the document. */
    record Section(Place place, Map<String, Entry> entries) implements Tree {
    }

    /** @param place of the key */
    record Entry(Place place, Tree value) {
    }

    record Items(Place place, List<Tree> items) implements Tree {
    }

    /** A text, a number, true or false: what it is, its key decides. */
    record Scalar(Place place, String text) implements Tree {
    }

    /** A key with nothing behind it. */
    record Nothing(Place place) implements Tree {
    }
}
