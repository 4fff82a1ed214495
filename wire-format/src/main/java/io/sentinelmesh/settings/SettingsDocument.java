package io.sentinelmesh.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings as people write them: values of keys, and overrides of them for some agents. Everything in it is checked when it is read: one
 * fault, and nothing of it is taken.
 *
 * @param schema which keys its writer could know; a key never changes its meaning, a higher number has more of them
 * @param parts the one for all agents first, then the overrides in their order; later ones win
 */
public record SettingsDocument(int schema, List<Part> parts) {

    /** What this program knows. */
    public static final int SCHEMA = 1;
    /** In UTF-8. */
    public static final int MAX_BYTES = 1 << 18;

    /** Says nothing: the standard values. */
    public static final SettingsDocument EMPTY = new SettingsDocument(SCHEMA, List.of());

    static final int MAX_OVERRIDES = 200;

    /** @param agents whom it concerns */
    public record Part(Selector agents, Map<Key<?>, Settings.Placed> values) {
    }

    public SettingsDocument {
        parts = List.copyOf(parts);
    }

    /**
     * @param text YAML or JSON
     * @throws SettingsException with every fault and its place
     */
    public static SettingsDocument parse(String text) {
        return DocumentReader.read(text, false);
    }

    /**
     * What one agent's own file pins: a document without overrides and without what must be the same for all agents.
     *
     * @throws SettingsException with every fault and its place
     */
    public static SettingsDocument parsePins(String text) {
        return DocumentReader.read(text, true);
    }

    /**
     * The same with one more value for everybody, which wins: a flag beside a file of pins.
     *
     * @param text as in a document
     * @throws SettingsException if the key does not take it
     */
    public <T> SettingsDocument with(Key<T> key, String text) {
        Faults faults = new Faults();
        Optional<T> value = key.form().read(key.path(), new Tree.Scalar(Place.START, text), faults);
        faults.throwIfAny();
        List<Part> more = new ArrayList<>(parts);
        more.add(new Part(Selector.ANY, Map.of(key, new Settings.Placed(value.orElseThrow(), Place.START))));
        return new SettingsDocument(schema, more);
    }

    /** What it gives to one agent. */
    Map<Key<?>, Settings.Placed> valuesFor(Selector.Member agent) {
        Map<String, String> labels = new HashMap<>();
        parts.stream().flatMap(part -> Optional.ofNullable(part.values().get(SettingsKeys.LABELS)).stream())
                .flatMap(placed -> SettingsKeys.LABELS.cast(placed.value()).stream())
                .filter(rule -> rule.match().fits(agent, Map.of())).forEach(rule -> labels.putAll(rule.set()));
        Map<Key<?>, Settings.Placed> values = new LinkedHashMap<>();
        parts.stream().filter(part -> part.agents().fits(agent, labels)).forEach(part -> values.putAll(part.values()));
        return values;
    }

    /** Every value that it gives to anybody for a key, in its order. */
    public <T> List<T> given(Key<T> key) {
        return parts.stream().flatMap(part -> Optional.ofNullable(part.values().get(key)).stream())
                .map(placed -> key.cast(placed.value())).toList();
    }

    /** Every key that it gives to anybody. */
    public List<Key<?>> keys() {
        List<Key<?>> keys = new ArrayList<>(SettingsKeys.ALL);
        keys.removeIf(key -> parts.stream().noneMatch(part -> part.values().containsKey(key)));
        return keys;
    }
}
