package io.sentinelmesh.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which agents. What is written must fit as a whole, letter case counts; * stands for any letters, none included, ? for one.
 *
 * @param labels each of them must be there and fit; which agent has which, {@link MeshRules.Label} says
 */
public record Selector(String name, String site, Map<String, String> labels) {

    public static final Selector ANY = new Selector("*", "*", Map.of());

    static final Form<Selector> FORM = new SelectorForm();
    static final int MAX_LABELS = 20;
    static final Form<String> LABEL = Forms.word(Pattern.compile("[\\p{L}\\p{N}_./-]{1,64}"),
            "letters, digits and _ . / -, at most 64");
    private static final Form<String> GLOB = Forms.word(Pattern.compile("[\\p{L}\\p{N} _.:/*?-]{1,64}"),
            "a name such as fra-1 or \"fra-*\"; * is for any letters, ? for one");

    /** An agent as far as settings can tell agents apart. */
    public record Member(String name, String site) {
    }

    public Selector {
        labels = Map.copyOf(labels);
    }

    public boolean fits(Member member, Map<String, String> labelsOfIt) {
        return Glob.fits(name, member.name()) && Glob.fits(site, member.site()) && labels.entrySet().stream()
                .allMatch(wanted -> Glob.fits(wanted.getValue(), labelsOfIt.getOrDefault(wanted.getKey(), "")));
    }

    private static final class SelectorForm extends SectionForm<Selector> {

        SelectorForm() {
            super(List.of("name", "site", "labels"), "a selector such as { site: \"eu-*\" }");
        }

        @Override
        Optional<Selector> make(Fields fields) {
            return Optional.of(new Selector(fields.get("name", GLOB).orElse("*"), fields.get("site", GLOB).orElse("*"),
                    fields.get("labels", Forms.map(LABEL, GLOB, MAX_LABELS)).orElse(Map.of())));
        }

        @Override
        public String text(Selector selector) {
            Map<String, String> given = new TreeMap<>(selector.labels());
            return "{ name: \"" + selector.name() + "\", site: \"" + selector.site() + "\", labels: " + given + " }";
        }
    }
}
