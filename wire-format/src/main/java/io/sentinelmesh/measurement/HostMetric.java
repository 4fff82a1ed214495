package io.sentinelmesh.measurement;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One figure of a host at one moment.
 *
 * @param name such as {@code host_memory_bytes}
 * @param unit a base unit, such as {@code bytes}, {@code seconds} or {@code ratio}; empty for a plain number
 * @param labels what it is about, such as the device; in the order of their keys
 * @param at when it was read, by the agent's wall clock
 */
public record HostMetric(String name, String unit, Map<String, String> labels, Instant at, MetricValue value) {

    public static final int MAX_NAME_LENGTH = 96;
    public static final int MAX_LABELS = 8;
    public static final int MAX_LABEL_VALUE_LENGTH = 255;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    public HostMetric {
        requireName("name of a metric", name);
        if (!unit.isEmpty()) {
            requireName("unit", unit);
        }
        if (labels.size() > MAX_LABELS) {
            throw new IllegalArgumentException(
                    "a metric has at most " + MAX_LABELS + " labels, not " + labels.size() + ": " + name);
        }
        labels.forEach((key, text) -> {
            requireName("name of a label", key);
            requireText(text);
        });
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    private static void requireName(String what, String text) {
        if (text.length() > MAX_NAME_LENGTH || !NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(what + " must have 1 to " + MAX_NAME_LENGTH
                    + " small letters, digits and _, the first a letter: '" + text.replaceAll("\\p{Cc}", "?") + "'");
        }
    }

    private static void requireText(String text) {
        if (text.length() > MAX_LABEL_VALUE_LENGTH) {
            throw new IllegalArgumentException("a label has at most " + MAX_LABEL_VALUE_LENGTH + " characters, not "
                    + text.length());
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a label must not have control characters: '"
                    + text.replaceAll("\\p{Cc}", "?") + "'");
        }
    }
}
