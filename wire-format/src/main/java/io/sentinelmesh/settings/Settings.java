package io.sentinelmesh.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The value of every key for one agent: its own pins over the mesh's document over the standard values. */
public final class Settings {

    /** Nobody gave anything. */
    public static final Settings STANDARD = new Settings(Map.of(), Set.of());

    /** One packet a millisecond to one destination is what a prober sends at most (docs/architecture.md, Bounds). */
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(1);

    private static final Duration ROTATION_STEP = Duration.ofMinutes(10);

    private final Map<Key<?>, Placed> given;
    private final Set<Key<?>> pinned;

    /** @param place where in its document it was given */
    record Placed(Object value, Place place) {
    }

    private Settings(Map<Key<?>, Placed> given, Set<Key<?>> pinned) {
        this.given = given;
        this.pinned = pinned;
    }

    /**
     * @param document what the mesh says
     * @param pins what this agent's own file says, which wins
     * @throws SettingsException if values that are in order each by itself do not go together
     */
    public static Settings resolve(SettingsDocument document, SettingsDocument pins, Selector.Member agent) {
        Map<Key<?>, Placed> given = new LinkedHashMap<>(document.valuesFor(agent));
        Map<Key<?>, Placed> own = pins.valuesFor(agent);
        given.putAll(own);
        Settings settings = new Settings(given, new LinkedHashSet<>(own.keySet()));
        Faults faults = new Faults();
        settings.check(faults);
        faults.throwIfAny();
        return settings;
    }

    /** For parts of a document, before any agent is known. */
    static void check(Map<Key<?>, Placed> given, Faults faults) {
        new Settings(given, Set.of()).check(faults);
    }

    public <T> T get(Key<T> key) {
        Placed placed = given.get(key);
        return placed == null ? key.standard() : key.cast(placed.value());
    }

    /** What the agent's own file decides, in the order of {@link SettingsKeys#ALL}. */
    public List<Key<?>> pinned() {
        return SettingsKeys.ALL.stream().filter(pinned::contains).toList();
    }

    /** The value as people write it. */
    public <T> String text(Key<T> key) {
        return key.form().text(get(key));
    }

    private void check(Faults faults) {
        Duration length = get(SettingsKeys.ROUND_LENGTH);
        if (get(SettingsKeys.LOSS_THRESHOLD).compareTo(length) > 0) {
            faults.add(placeOf(SettingsKeys.LOSS_THRESHOLD, SettingsKeys.ROUND_LENGTH),
                    said(SettingsKeys.LOSS_THRESHOLD) + " is longer than the round, " + said(SettingsKeys.ROUND_LENGTH)
                            + ": write a time up to the round's length");
        }
        int packets = get(SettingsKeys.PACKETS_PER_ROUND);
        if (length.dividedBy(packets).compareTo(SHORTEST_INTERVAL) < 0) {
            faults.add(placeOf(SettingsKeys.PACKETS_PER_ROUND, SettingsKeys.ROUND_LENGTH),
                    said(SettingsKeys.PACKETS_PER_ROUND) + " leave less than 1 ms between two packets of a round of "
                            + said(SettingsKeys.ROUND_LENGTH) + ": take fewer packets or a longer round");
        }
        checkRotation(faults);
    }

    private void checkRotation(Faults faults) {
        Duration rotation = get(SettingsKeys.ROTATION);
        Duration shortest = ROTATION_STEP.multipliedBy(get(SettingsKeys.PAIRS_BETWEEN_SITES));
        if (!rotation.isZero()
                && (rotation.toMillis() % ROTATION_STEP.toMillis() != 0 || rotation.compareTo(shortest) < 0)) {
            faults.add(placeOf(SettingsKeys.ROTATION, SettingsKeys.PAIRS_BETWEEN_SITES), said(SettingsKeys.ROTATION)
                    + " is not what the plan can do with " + said(SettingsKeys.PAIRS_BETWEEN_SITES)
                    + ": write 0s or whole multiples of 10m from " + SettingsKeys.ROTATION.form().text(shortest));
        }
    }

    private String said(Key<?> key) {
        return "\"" + key.path() + "\" (" + text(key)
                + (pinned.contains(key) ? ", pinned by this agent's own file)" : ")");
    }

    /** Of the first that the document gives: what the agent's file gives has no place in it. */
    private Place placeOf(Key<?>... keys) {
        List<Place> places = new ArrayList<>();
        for (Key<?> key : keys) {
            Optional.ofNullable(given.get(key)).filter(_ -> !pinned.contains(key)).map(Placed::place)
                    .ifPresent(places::add);
        }
        return places.isEmpty() ? Place.START : places.getFirst();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings that && pinned.equals(that.pinned)
                && SettingsKeys.ALL.stream().allMatch(key -> get(key).equals(that.get(key)));
    }

    @Override
    public int hashCode() {
        return SettingsKeys.ALL.stream().map(this::get).toList().hashCode();
    }

    /** What differs from the standard. */
    @Override
    public String toString() {
        return String.join(", ", SettingsKeys.ALL.stream().filter(given::containsKey)
                .map(key -> key.path() + "=" + text(key) + (pinned.contains(key) ? " (pinned)" : "")).toList());
    }
}
