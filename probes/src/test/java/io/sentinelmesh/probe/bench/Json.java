package io.sentinelmesh.probe.bench;

import java.util.Locale;

/** One flat JSON object, its members in the order in which they were added: the last line of a benchmark's output. */
final class Json {

    private final StringBuilder members = new StringBuilder();

    /** A number that was not measured (NaN) becomes null. */
    Json number(String name, double value, int decimals) {
        return member(name,
                Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "null");
    }

    Json text(String name, String value) {
        return member(name, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }

    private Json member(String name, String value) {
        members.append(members.isEmpty() ? "" : ", ").append('"').append(name).append("\": ").append(value);
        return this;
    }

    @Override
    public String toString() {
        return "{" + members + "}";
    }
}
