package io.sentinelmesh.probe.kind;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * One thing that can be set about a probe, with its range, its default and what it means.
 *
 * @param name lower case with hyphens: the option of the command line, without its hyphens, and the key in the configuration
 * @param form how a value is written, for help texts: "N", "DURATION", "any|4|6"; empty for a flag
 * @param defaultText the value if none is given, written as a user would; empty if there is none
 * @param help one line: what it is, unit and range
 * @param parse of a value as users write it; throws {@link IllegalArgumentException} that says what is expected
 */
public record Setting<T>(String name, String form, Optional<String> defaultText, String help,
        Function<String, T> parse) {

    public Setting {
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException("not a setting's name: '" + name + "'");
        }
        defaultText.ifPresent(text -> Objects.requireNonNull(parse.apply(text)));
    }

    /** A whole number of something. */
    public static Setting<Integer> number(String name, int defaultValue, int least, int most, String help) {
        return new Setting<>(name, "N", Optional.of(Integer.toString(defaultValue)),
                help + " (" + least + " to " + most + ")", text -> wholeNumber(text, least, most));
    }

    /** A whole number that may be left out. */
    public static Setting<Integer> number(String name, int least, int most, String help) {
        return new Setting<>(name, "N", Optional.empty(), help + " (" + least + " to " + most + ")",
                text -> wholeNumber(text, least, most));
    }

    /** A time: a number with its unit, such as 200ms, 1s, 2m; without a unit it is seconds. */
    public static Setting<Duration> duration(String name, String defaultText, Duration least, Duration most,
            String help) {
        return new Setting<>(name, "DURATION", Optional.of(defaultText),
                help + " (" + Durations.text(least) + " to " + Durations.text(most) + ")",
                text -> Durations.parse(text, least, most));
    }

    /** Off unless it is named. */
    public static Setting<Boolean> flag(String name, String help) {
        return new Setting<>(name, "", Optional.of("false"), help, text -> switch (text) {
            case "true", "" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        });
    }

    public static Setting<String> choice(String name, String defaultValue, List<String> values, String help) {
        return new Setting<>(name, String.join("|", values), Optional.of(defaultValue), help, text -> {
            if (!values.contains(text)) {
                throw new IllegalArgumentException("expected one of " + String.join(", ", values));
            }
            return text;
        });
    }

    /** Any text, which may be left out. */
    public static Setting<String> text(String name, String form, String help) {
        return new Setting<>(name, form, Optional.empty(), help, text -> {
            if (text.isBlank()) {
                throw new IllegalArgumentException("expected a text");
            }
            return text;
        });
    }

    private static int wholeNumber(String text, int least, int most) {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as a number out of range is.
        }
        throw new IllegalArgumentException("expected a whole number from " + least + " to " + most);
    }
}
