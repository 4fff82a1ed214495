package io.sentinelmesh.settings;

/**
 * One thing that can be set. What stands here is what the parser checks, the programs read and the documentation says.
 *
 * @param path sections and name, separated by points: {@code rounds.packets}
 * @param standard the value if nobody gives one
 * @param meaning one line for people
 * @param scope where it may be given
 */
public record Key<T>(String path, T standard, Form<T> form, String meaning, Scope scope) {

    public enum Scope {
        /** Each agent may have its own value, by an override or by its own file. */
        AGENT,
        /** The same for all: the agents compute one plan from it without talking. */
        MESH
    }

    public Key {
        if (!path.matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+")) {
            throw new IllegalArgumentException("not a key's path: '" + path + "'");
        }
    }

    Key(String path, T standard, Form<T> form, String meaning) {
        this(path, standard, form, meaning, path.startsWith("mesh.") ? Scope.MESH : Scope.AGENT);
    }

    /** The standard value as people write it. */
    public String standardText() {
        return form.text(standard);
    }

    /** Of what {@link #form} has read. */
    T cast(Object value) {
        @SuppressWarnings("unchecked") // What is under a key came from that key's form.
        T typed = (T) value;
        return typed;
    }

    /** What it takes. */
    public String range() {
        return form.range();
    }

    @Override
    public String toString() {
        return path;
    }
}
