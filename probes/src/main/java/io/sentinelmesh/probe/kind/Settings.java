package io.sentinelmesh.probe.kind;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of a kind's settings, all checked. Immutable. */
public final class Settings {

    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * @param written what the user set, by name
     * @throws BadRequestException naming the setting that is unknown or has no such value
     */
    public static Settings of(List<Setting<?>> schema, Map<String, String> written) {
        Map<String, Object> values = new HashMap<>();
        for (Setting<?> setting : schema) {
            Optional<String> text = Optional.ofNullable(written.get(setting.name())).or(setting::defaultText);
            text.ifPresent(value -> values.put(setting.name(), parse(setting, value)));
        }
        for (String name : written.keySet()) {
            if (schema.stream().noneMatch(setting -> setting.name().equals(name))) {
                throw new BadRequestException("unknown setting '" + name + "'; known are "
                        + String.join(", ", schema.stream().map(Setting::name).toList()));
            }
        }
        return new Settings(values);
    }

    private static Object parse(Setting<?> setting, String text) {
        try {
            return setting.parse().apply(text);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(setting.name() + ": " + e.getMessage() + ", not '" + text + "'", e);
        }
    }

    /** Of a setting with a default. */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalArgumentException(setting.name() + " has no default"));
    }

    /** Empty if the user did not set it and it has no default. */
    @SuppressWarnings("unchecked") // made by this setting's own parser in of()
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable((T) values.get(setting.name()));
    }
}
