package io.sentinelmesh.settings;

import java.util.Optional;

/** Values that are one word. */
abstract class ScalarForm<T> implements Form<T> {

    /** Empty if the text is no such value at all. */
    abstract Optional<T> parse(String text);

    abstract boolean inRange(T value);

    /** What to write, for messages: "a whole number from 1 to 1000". */
    abstract String remedy();

    @Override
    public final Optional<T> read(String key, Tree value, Faults faults) {
        String remedy = ": write " + remedy();
        switch (value) {
            case Tree.Scalar(Place place, String text) -> {
                Optional<T> parsed = parse(text);
                if (parsed.filter(this::inRange).isPresent()) {
                    return parsed;
                }
                faults.add(place, "\"" + key + "\" is " + (parsed.isPresent() ? "" : "'") + Faults.shown(text)
                        + (parsed.isPresent() ? "" : "'") + remedy);
            }
            case Tree.Nothing(Place place) ->
                faults.add(place, "\"" + key + "\" has no value" + remedy + ", or leave the key out");
            case Tree.Section(Place place, _) -> faults.add(place, "\"" + key + "\" is no section" + remedy);
            case Tree.Items(Place place, _) -> faults.add(place, "\"" + key + "\" is no list" + remedy);
        }
        return Optional.empty();
    }
}
