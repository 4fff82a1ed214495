package io.sentinelmesh.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms that values have. */
final class Forms {

    /** From the largest, so that a value is written with the largest unit that says it exactly. */
    private static final Map<String, Duration> TIMES = ordered("d", Duration.ofDays(1), "h", Duration.ofHours(1), "m",
            Duration.ofMinutes(1), "s", Duration.ofSeconds(1), "ms", Duration.ofMillis(1));
    private static final Map<String, Long> SIZES = ordered("TiB", 1L << 40, "GiB", 1L << 30, "MiB", 1L << 20, "KiB",
            1L << 10);
    private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,9}) ?([A-Za-z]{1,3})");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,18}");

    private Forms() {
    }

    private static <V> Map<String, V> ordered(Object... keysAndValues) {
        Map<String, V> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            @SuppressWarnings("unchecked")
            V value = (V) keysAndValues[i + 1];
            map.put((String) keysAndValues[i], value);
        }
        return map;
    }

    static Form<Duration> duration(Duration least, Duration most) {
        return new ScalarForm<>() {

            @Override
            Optional<Duration> parse(String text) {
                Matcher parts = WITH_UNIT.matcher(text);
                return parts.matches()
                        ? Optional.ofNullable(TIMES.get(parts.group(2)))
                                .map(unit -> unit.multipliedBy(Long.parseLong(parts.group(1))))
                        : Optional.empty();
            }

            @Override
            boolean inRange(Duration value) {
                return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
            }

            @Override
            String remedy() {
                return "a time from " + range() + ", a whole number with its unit (ms, s, m, h, d)";
            }

            @Override
            public String text(Duration value) {
                if (value.isZero()) {
                    return "0s";
                }
                return TIMES.entrySet().stream()
                        .filter(unit -> value.toMillis() % unit.getValue().toMillis() == 0)
                        .findFirst().map(unit -> value.toMillis() / unit.getValue().toMillis() + unit.getKey())
                        .orElse(value.toMillis() + "ms");
            }

            @Override
            public String range() {
                return text(least) + " to " + text(most);
            }
        };
    }

    static Form<Long> size(long least, long most) {
        return new ScalarForm<>() {

            @Override
            Optional<Long> parse(String text) {
                Matcher parts = WITH_UNIT.matcher(text);
                return parts.matches()
                        ? Optional.ofNullable(SIZES.get(parts.group(2)))
                                .map(unit -> unit * Math.min(Long.parseLong(parts.group(1)), 1 << 20))
                        : Optional.empty();
            }

            @Override
            boolean inRange(Long value) {
                return value >= least && value <= most;
            }

            @Override
            String remedy() {
                return "a size from " + range() + ", a whole number with its unit (KiB, MiB, GiB, TiB)";
            }

            @Override
            public String text(Long value) {
                return SIZES.entrySet().stream().filter(unit -> value != 0 && value % unit.getValue() == 0).findFirst()
                        .map(unit -> value / unit.getValue() + unit.getKey()).orElse(value / 1_024 + "KiB");
            }

            @Override
            public String range() {
                return text(least) + " to " + text(most);
            }
        };
    }

    static Form<Integer> number(int least, int most) {
        return new ScalarForm<>() {

            @Override
            Optional<Integer> parse(String text) {
                return WHOLE_NUMBER.matcher(text).matches()
                        ? Optional.of(Math.clamp(Long.parseLong(text), Integer.MIN_VALUE, Integer.MAX_VALUE))
                        : Optional.empty();
            }

            @Override
            boolean inRange(Integer value) {
                return value >= least && value <= most;
            }

            @Override
            String remedy() {
                return "a whole number from " + range();
            }

            @Override
            public String text(Integer value) {
                return value.toString();
            }

            @Override
            public String range() {
                return least + " to " + most;
            }
        };
    }

    static Form<Boolean> toggle() {
        return new ScalarForm<>() {

            @Override
            Optional<Boolean> parse(String text) {
                return switch (text) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                };
            }

            @Override
            boolean inRange(Boolean value) {
                return true;
            }

            @Override
            String remedy() {
                return "true or false";
            }

            @Override
            public String text(Boolean value) {
                return value.toString();
            }

            @Override
            public String range() {
                return "true or false";
            }
        };
    }

    /** @param described what to write, for messages: "a name such as fra-1, * for any letters" */
    static Form<String> word(Pattern pattern, String described) {
        return new ScalarForm<>() {

            @Override
            Optional<String> parse(String text) {
                return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
            }

            @Override
            boolean inRange(String value) {
                return true;
            }

            @Override
            String remedy() {
                return described;
            }

            @Override
            public String text(String value) {
                return value;
            }

            @Override
            public String range() {
                return described;
            }
        };
    }

    /** A list of them; one alone may be written without brackets. */
    static <T> Form<List<T>> list(Form<T> each, int least, int most) {
        return new Form<>() {

            @Override
            public Optional<List<T>> read(String key, Tree value, Faults faults) {
                if (!(value instanceof Tree.Items items)) {
                    return each.read(key, value, faults).map(List::of);
                }
                if (items.items().size() > most || items.items().size() < least) {
                    faults.add(items.place(),
                            "\"" + key + "\" has " + items.items().size() + " entries: write " + least + " to " + most);
                    return Optional.empty();
                }
                List<T> values = new ArrayList<>();
                for (Tree item : items.items()) {
                    each.read(key, item, faults).ifPresent(values::add);
                }
                return values.size() == items.items().size() ? Optional.of(List.copyOf(values)) : Optional.empty();
            }

            @Override
            public String text(List<T> values) {
                return "[" + String.join(", ", values.stream().map(each::text).toList()) + "]";
            }

            @Override
            public String range() {
                return least + " to " + most + " of: " + each.range();
            }
        };
    }

    /** One word stands for a value that the form itself does not take. */
    static <T> Form<T> orWord(String word, T meant, Form<T> form) {
        return new Form<>() {

            @Override
            public Optional<T> read(String key, Tree value, Faults faults) {
                return value instanceof Tree.Scalar(_, String text) && text.equals(word)
                        ? Optional.of(meant)
                        : form.read(key, value, faults);
            }

            @Override
            public String text(T value) {
                return value.equals(meant) ? word : form.text(value);
            }

            @Override
            public String range() {
                return form.range() + ", or " + word;
            }
        };
    }

    /** Words by words. */
    static Form<Map<String, String>> map(Form<String> keys, Form<String> values, int most) {
        return new Form<>() {

            @Override
            public Optional<Map<String, String>> read(String key, Tree value, Faults faults) {
                if (!(value instanceof Tree.Section section) || section.entries().size() > most) {
                    faults.add(value.place(), "\"" + key + "\" takes up to " + most
                            + " words with a value each: write { region: eu }");
                    return Optional.empty();
                }
                Map<String, String> words = new LinkedHashMap<>();
                section.entries().forEach((word, entry) -> keys
                        .read(key, new Tree.Scalar(entry.place(), word), faults)
                        .ifPresent(_ -> values.read(key + "." + Faults.shown(word), entry.value(), faults)
                                .ifPresent(meant -> words.put(word, meant))));
                return words.size() == section.entries().size() ? Optional.of(words) : Optional.empty();
            }

            @Override
            public String text(Map<String, String> words) {
                return words.toString();
            }

            @Override
            public String range() {
                return "words with a value each, { region: eu }";
            }
        };
    }
}
