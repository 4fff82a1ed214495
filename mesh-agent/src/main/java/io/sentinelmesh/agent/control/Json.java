package io.sentinelmesh.agent.control;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.NodeId;

/**
 * Writes values as JSON (RFC 8259): records and maps as objects, iterables as arrays, an empty Optional as null, an enum in small letters, anything
 * else as its text. Forty lines, so that an agent that is asked how it is does not load a library for it.
 */
final class Json {

    private final StringBuilder text = new StringBuilder(1_024);

    private Json() {
    }

    /** On one line. */
    static String of(Object value) {
        Json json = new Json();
        json.value(value);
        return json.text.toString();
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> text.append("null");
            case Optional<?> optional -> value(optional.orElse(null));
            case Boolean truth -> text.append(truth);
            case Double number when !Double.isFinite(number) -> text.append("null");
            case Number number -> text.append(number);
            case Enum<?> choice -> string(choice.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            // A record, but a UUID to the world.
            case NodeId id -> string(id.toString());
            case Record fields -> object(fields);
            case Map<?, ?> map -> {
                text.append('{');
                map.forEach((key, each) -> member(String.valueOf(key), each));
                close('}');
            }
            case Iterable<?> all -> {
                text.append('[');
                all.forEach(each -> {
                    value(each);
                    text.append(',');
                });
                close(']');
            }
            default -> string(value.toString());
        }
    }

    private void object(Record fields) {
        text.append('{');
        for (RecordComponent component : fields.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                member(component.getName(), component.getAccessor().invoke(fields));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException(component + " cannot be read", e);
            }
        }
        close('}');
    }

    private void member(String name, @Nullable Object value) {
        string(name);
        text.append(':');
        value(value);
        text.append(',');
    }

    private void close(char end) {
        if (text.charAt(text.length() - 1) == ',') {
            text.setLength(text.length() - 1);
        }
        text.append(end);
    }

    private void string(String content) {
        text.append('"');
        content.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f) {
                text.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                text.append((char) c);
            }
        });
        text.append('"');
    }
}
