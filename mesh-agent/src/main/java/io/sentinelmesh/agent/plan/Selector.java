package io.sentinelmesh.agent.plan;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which agents or endpoints are meant. Everything that is asked for must fit; in each text {@code *} stands for any characters and {@code ?} for
 * one. A label that is asked for must be there.
 */
public record Selector(String name, String site, Map<String, String> labels) {

    public static final Selector ANY = new Selector("*", "*", Map.of());

    static final int MOST_PATTERN = 128;
    static final int MOST_LABELS = 16;

    public Selector {
        requirePattern("name", name);
        requirePattern("site", site);
        PolicyText.requireAtMost("labels", labels.size(), MOST_LABELS);
        labels.forEach((key, pattern) -> {
            requirePattern("labels", key);
            requirePattern("labels\".\"" + PolicyText.shown(key), pattern);
        });
        labels = Map.copyOf(labels);
    }

    public static Selector site(String pattern) {
        return new Selector("*", pattern, Map.of());
    }

    public static Selector name(String pattern) {
        return new Selector(pattern, "*", Map.of());
    }

    public boolean fits(String itsName, String itsSite, Map<String, String> itsLabels) {
        if (!fits(name, itsName) || !fits(site, itsSite)) {
            return false;
        }
        for (Map.Entry<String, String> wanted : labels.entrySet()) {
            String value = itsLabels.get(wanted.getKey());
            if (value == null || !fits(wanted.getValue(), value)) {
                return false;
            }
        }
        return true;
    }

    /** Without regular expressions and without going back more than to the last star: linear in practice for any pattern from outside. */
    private static boolean fits(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int afterStar = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                afterStar = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++afterStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static void requirePattern(String key, String pattern) {
        if (pattern.isEmpty() || pattern.length() > MOST_PATTERN) {
            throw new IllegalArgumentException("\"%s\": expected 1 to %d characters, such as paris-*, not '%s'"
                    .formatted(key, MOST_PATTERN, PolicyText.shown(pattern)));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("name ").append(name).append(", site ").append(site);
        new TreeMap<>(labels).forEach((key, pattern) -> text.append(", ").append(key).append('=').append(pattern));
        return text.toString();
    }
}
