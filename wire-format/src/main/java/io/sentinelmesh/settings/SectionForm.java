package io.sentinelmesh.settings;

import java.util.List;
import java.util.Optional;

/** Values that are sections with names of their own inside. */
abstract class SectionForm<T> implements Form<T> {

    private final List<String> names;
    private final String described;

    /**
     * @param names all that may stand inside
     * @param described what to write, for messages
     */
    SectionForm(List<String> names, String described) {
        this.names = names;
        this.described = described;
    }

    /** From what stands inside; what it says is missing or wrong makes the whole value refused. */
    abstract Optional<T> make(Fields fields);

    @Override
    public final Optional<T> read(String key, Tree value, Faults faults) {
        if (!(value instanceof Tree.Section section)) {
            faults.add(value.place(), "\"" + key + "\" takes sections: write " + described);
            return Optional.empty();
        }
        int before = faults.count();
        section.entries().forEach((name, entry) -> {
            if (!names.contains(name)) {
                faults.add(entry.place(), "unknown key \"" + Faults.shown(name) + "\" in \"" + key + "\""
                        + Spelling.closest(name, names).map(close -> ", perhaps \"" + close + "\" was meant").orElse("")
                        + "; known here: " + String.join(", ", names));
            }
        });
        Optional<T> made = make(new Fields(key, section, faults));
        return faults.count() == before ? made : Optional.empty();
    }

    @Override
    public String range() {
        return described;
    }

    /** What stands inside of one section. */
    static final class Fields {

        private final String key;
        private final Tree.Section section;
        private final Faults faults;

        Fields(String key, Tree.Section section, Faults faults) {
            this.key = key;
            this.section = section;
            this.faults = faults;
        }

        /** Empty if it is not there, or wrong, which is noted. */
        <V> Optional<V> get(String name, Form<V> form) {
            return Optional.ofNullable(section.entries().get(name))
                    .flatMap(entry -> form.read(key + "." + name, entry.value(), faults));
        }

        /** Empty, which is noted, if it is not there or wrong. */
        <V> Optional<V> need(String name, Form<V> form) {
            if (!section.entries().containsKey(name)) {
                faults.add(section.place(), "\"" + name + "\" is missing in \"" + key + "\": write " + form.range());
            }
            return get(name, form);
        }
    }
}
