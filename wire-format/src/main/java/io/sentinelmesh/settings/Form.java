package io.sentinelmesh.settings;

import java.util.Optional;

/** How the values of a key are written. For this package to implement and use. */
public interface Form<T> {

    /** Empty after it has said in {@code faults} what is wrong with the value and what to write instead. */
    Optional<T> read(String key, Tree value, Faults faults);

    /** For people; of a scalar as they write it. */
    String text(T value);

    /** What is taken: "1 to 1000". */
    String range();
}
