package io.sentinelmesh.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A {@link Tree} held against the list of keys. */
final class DocumentReader {

    private static final String SCHEMA = "schema";
    private static final String OVERRIDES = "overrides";
    private static final String AGENTS = "agents";

    private final Faults faults;
    /** Whether this is one agent's own file. */
    private final boolean pins;
    private int schema = SettingsDocument.SCHEMA;

    private DocumentReader(Faults faults, boolean pins) {
        this.faults = faults;
        this.pins = pins;
    }

    static SettingsDocument read(String text, boolean pins) {
        Faults faults = new Faults();
        SettingsDocument document = new DocumentReader(faults, pins).document(TreeReader.read(text, faults));
        faults.throwIfAny();
        return document;
    }

    private SettingsDocument document(Tree.Section root) {
        // First, wherever it stands: what is said about unknown keys depends on it.
        Optional.ofNullable(root.entries().get(SCHEMA)).flatMap(
                entry -> Forms.number(1, Integer.MAX_VALUE).read(SCHEMA, entry.value(), faults))
                .ifPresent(number -> schema = number);
        List<SettingsDocument.Part> parts = new ArrayList<>();
        Map<Key<?>, Settings.Placed> forAll = values(root, Set.of(SCHEMA, OVERRIDES));
        if (pins) {
            forAll.forEach((key, placed) -> sameForAll(key, placed, "into the mesh's document"));
        }
        Settings.check(forAll, faults);
        parts.add(new SettingsDocument.Part(Selector.ANY, forAll));
        Optional.ofNullable(root.entries().get(OVERRIDES))
                .ifPresent(entry -> overrides(entry.value(), forAll, parts));
        return new SettingsDocument(schema, parts);
    }

    private void overrides(Tree value, Map<Key<?>, Settings.Placed> forAll, List<SettingsDocument.Part> parts) {
        if (value instanceof Tree.Nothing) {
            return;
        }
        if (pins) {
            faults.add(value.place(),
                    "\"" + OVERRIDES + "\" have no place in the file of one agent: write its values as"
                            + " they are to be");
            return;
        }
        if (!(value instanceof Tree.Items list)) {
            faults.add(value.place(),
                    "\"" + OVERRIDES + "\" is a list: write \"- agents: { site: fra }\" and below it, as"
                            + " far in, the sections that differ there");
            return;
        }
        if (list.items().size() > SettingsDocument.MAX_OVERRIDES) {
            faults.add(list.place(), "at most " + SettingsDocument.MAX_OVERRIDES + " overrides, not "
                    + list.items().size() + ": select more agents by one");
            return;
        }
        for (Tree item : list.items()) {
            if (item instanceof Tree.Section override) {
                parts.add(override(override, forAll));
            } else {
                faults.add(item.place(), "an override is a section with \"agents\" and what differs for them");
            }
        }
    }

    private SettingsDocument.Part override(Tree.Section override, Map<Key<?>, Settings.Placed> forAll) {
        Map<Key<?>, Settings.Placed> own = values(override, Set.of(AGENTS));
        Map<Key<?>, Settings.Placed> together = new LinkedHashMap<>(forAll);
        together.putAll(own);
        own.forEach((key, placed) -> sameForAll(key, placed, "outside of the overrides"));
        if (!own.isEmpty()) {
            Settings.check(together, faults);
        }
        return new SettingsDocument.Part(selector(override), own);
    }

    private void sameForAll(Key<?> key, Settings.Placed placed, String where) {
        if (key.scope() == Key.Scope.MESH) {
            faults.add(placed.place(), "\"" + key.path() + "\" is the same for all agents, which compute one plan from"
                    + " it: write it " + where);
        }
    }

    private Selector selector(Tree.Section override) {
        Tree.Entry agents = override.entries().get(AGENTS);
        if (agents == null) {
            faults.add(override.place(), "this override does not say for whom: write \"" + AGENTS + "\" with "
                    + Selector.FORM.range());
            return Selector.ANY;
        }
        return Selector.FORM.read(AGENTS, agents.value(), faults).orElse(Selector.ANY);
    }

    /** @param others keys of the top level that the caller reads */
    private Map<Key<?>, Settings.Placed> values(Tree.Section root, Set<String> others) {
        Map<Key<?>, Settings.Placed> values = new LinkedHashMap<>();
        section("", root, others, values);
        return values;
    }

    private void section(String prefix, Tree.Section section, Set<String> others,
            Map<Key<?>, Settings.Placed> values) {
        section.entries().forEach((name, entry) -> {
            String path = prefix + name;
            Optional<Key<?>> key = SettingsKeys.ALL.stream().filter(known -> known.path().equals(path)).findFirst();
            if (key.isPresent()) {
                value(key.get(), entry, values);
            } else if (names(prefix).contains(name)) {
                inside(path, entry, values);
            } else if (!others.contains(path)) {
                unknown(prefix, name, entry.place(), others);
            }
        });
    }

    private void inside(String path, Tree.Entry entry, Map<Key<?>, Settings.Placed> values) {
        switch (entry.value()) {
            case Tree.Section below -> section(path + ".", below, Set.of(), values);
            case Tree.Nothing _ -> {
                // Everything below it is commented out.
            }
            case Tree.Scalar(Place place, _) -> notASection(path, place);
            case Tree.Items(Place place, _) -> notASection(path, place);
        }
    }

    private void notASection(String path, Place place) {
        faults.add(place, "\"" + path + "\" is a section: write its keys below it, further in: "
                + String.join(", ", names(path + ".")));
    }

    private <T> void value(Key<T> key, Tree.Entry entry, Map<Key<?>, Settings.Placed> values) {
        key.form().read(key.path(), entry.value(), faults)
                .ifPresent(value -> values.put(key, new Settings.Placed(value, entry.value().place())));
    }

    private void unknown(String prefix, String name, Place place, Set<String> others) {
        Set<String> known = new LinkedHashSet<>(names(prefix));
        known.addAll(others);
        String newer = schema > SettingsDocument.SCHEMA
                ? "; this program knows schema " + SettingsDocument.SCHEMA + " and the document is of schema " + schema
                        + ": update the program or leave the key out"
                : Spelling.closest(name, known).map(close -> ", perhaps \"" + close + "\" was meant").orElse("")
                        + "; known here: " + String.join(", ", known);
        faults.add(place, "unknown key \"" + Faults.shown(prefix + name) + "\"" + newer);
    }

    /** Of the sections and keys directly below a prefix. */
    private static Set<String> names(String prefix) {
        Set<String> names = new LinkedHashSet<>();
        for (Key<?> key : SettingsKeys.ALL) {
            if (key.path().startsWith(prefix)) {
                names.add(key.path().substring(prefix.length()).split("\\.", 2)[0]);
            }
        }
        return names;
    }
}
