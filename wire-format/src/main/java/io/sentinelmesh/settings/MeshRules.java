package io.sentinelmesh.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of the section {@code mesh}, as they are written; what follows from them the agents' plan decides. */
public final class MeshRules {

    /** Stands for "as often as the rounds say". */
    private static final String ROUND = "round";
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Form<String> NAME = Forms.word(Pattern.compile("[\\p{L}\\p{N} _.:/-]{1,64}"),
            "a name of letters, digits, blanks and - _ . : /, at most 64");
    private static final Form<String> ADDRESS = Forms.word(Pattern.compile("[\\p{L}\\p{N}.:_%\\[\\]-]{1,255}"),
            "an IP address or a host name");

    /**
     * Gives agents labels.
     *
     * @param match looks at name and site only
     */
    public record Label(Selector match, Map<String, String> set) {

        static final Form<Label> FORM = new SectionForm<>(List.of("match", "set"),
                "{ match: { site: \"eu-*\" }, set: { region: eu } }") {

            @Override
            Optional<Label> make(Fields fields) {
                Optional<Selector> match = fields.need("match", Selector.FORM);
                Optional<Map<String, String>> set = fields.need("set",
                        Forms.map(Selector.LABEL, Selector.LABEL, Selector.MAX_LABELS));
                return match.flatMap(found -> set.map(labels -> new Label(found, labels)));
            }

            @Override
            public String text(Label rule) {
                return Selector.FORM.text(rule.match()) + " is " + rule.set();
            }
        };

        public Label {
            set = Map.copyOf(set);
        }
    }

    /** Which kinds measure the pairs that fit, and how often. */
    public record Probes(Selector from, Selector to, List<Pace> kinds) {

        static final Form<Probes> FORM = new SectionForm<>(List.of("from", "to", "kinds"),
                "{ from: { site: fra }, to: { site: \"us-*\" }, kinds: { icmp: 5s, stamp: round } }") {

            @Override
            Optional<Probes> make(Fields fields) {
                Optional<List<Pace>> kinds = fields.need("kinds", Pace.FORM);
                Selector from = fields.get("from", Selector.FORM).orElse(Selector.ANY);
                Selector to = fields.get("to", Selector.FORM).orElse(Selector.ANY);
                return kinds.map(paces -> new Probes(from, to, paces));
            }

            @Override
            public String text(Probes rule) {
                return Selector.FORM.text(rule.from()) + " to " + Selector.FORM.text(rule.to()) + " by "
                        + Pace.FORM.text(rule.kinds());
            }
        };

        public Probes {
            kinds = List.copyOf(kinds);
        }
    }

    /** @param every empty: as often as the rounds say */
    public record Pace(Kind kind, Optional<Duration> every) {

        static final Form<List<Pace>> FORM = new SectionForm<>(List.of("icmp", "stamp", "tcp"),
                "{ icmp: 5s, stamp: round }: kinds (icmp, stamp, tcp), each with the time between two packets or \"round\"") {

            @Override
            Optional<List<Pace>> make(Fields fields) {
                List<Pace> paces = List.of(Kind.values()).stream().flatMap(kind -> fields
                        .get(kind.label(), Forms.orWord(ROUND, Duration.ZERO, Forms.duration(kind.shortest, LONGEST)))
                        .map(every -> new Pace(kind, Optional.of(every).filter(Duration::isPositive))).stream())
                        .toList();
                return paces.isEmpty() ? Optional.empty() : Optional.of(paces);
            }

            @Override
            public String text(List<Pace> paces) {
                return paces.stream().map(pace -> pace.kind().label() + ": "
                        + pace.every().map(Duration::toString).orElse(ROUND)).toList().toString();
            }
        };
    }

    public enum Kind {
        ICMP("icmp", Duration.ofMillis(100)), STAMP("stamp", Duration.ofSeconds(1)), TCP("tcp", Duration.ofMillis(100));

        private final String label;
        private final Duration shortest;

        Kind(String label, Duration shortest) {
            this.label = label;
            this.shortest = shortest;
        }

        public String label() {
            return label;
        }
    }

    /**
     * A destination without an agent, shared out among the agents that fit.
     *
     * @param redundancy how many of them measure it
     */
    public record Endpoint(String name, String address, String site, Selector from, int redundancy) {

        static final Form<Endpoint> FORM = new SectionForm<>(List.of("name", "address", "site", "from", "redundancy"),
                "{ name: web, address: web.example, site: internet, from: { site: fra }, redundancy: 2 }") {

            @Override
            Optional<Endpoint> make(Fields fields) {
                Optional<String> name = fields.need("name", NAME);
                Optional<String> address = fields.need("address", ADDRESS);
                Optional<String> site = fields.get("site", NAME).or(() -> name);
                Selector from = fields.get("from", Selector.FORM).orElse(Selector.ANY);
                int redundancy = fields.get("redundancy", Forms.number(1, 16)).orElse(2);
                return name.flatMap(n -> address.flatMap(
                        a -> site.map(s -> new Endpoint(n, a, s, from, redundancy))));
            }

            @Override
            public String text(Endpoint endpoint) {
                return endpoint.name() + " at " + endpoint.address();
            }
        };
    }

    private MeshRules() {
    }
}
