package io.sentinelmesh.agent.plan;

import java.util.Map;
import java.util.TreeMap;

import io.sentinelmesh.settings.Glob;

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
        if (!Glob.fits(name, itsName) || !Glob.fits(site, itsSite)) {
            return false;
        }
        for (Map.Entry<String, String> wanted : labels.entrySet()) {
            String value = itsLabels.get(wanted.getKey());
            if (value == null || !Glob.fits(wanted.getValue(), value)) {
                return false;
            }
        }
        return true;
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
