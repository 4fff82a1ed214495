package io.sentinelmesh.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;

/** YAML or JSON into a {@link Tree}. Of YAML, what needs no memory beyond the text: no anchors and aliases, one document. */
final class TreeReader {

    private static final int DEEPEST = 16;
    private static final JsonFactory YAML = new YAMLFactory();
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser parser;
    private final Faults faults;

    private TreeReader(JsonParser parser, Faults faults) {
        this.parser = parser;
        this.faults = faults;
    }

    /**
     * @param faults takes keys that stand twice; what cannot be read on from is thrown
     * @throws SettingsException if the text is neither YAML nor JSON, or no section
     */
    static Tree.Section read(String text, Faults faults) {
        if (text.getBytes(StandardCharsets.UTF_8).length > SettingsDocument.MAX_BYTES) {
            throw fault(Place.START, "the document is longer than " + SettingsDocument.MAX_BYTES + " bytes");
        }
        boolean json = text.stripLeading().startsWith("{");
        try (JsonParser parser = (json ? JSON : YAML).createParser(text)) {
            TreeReader reader = new TreeReader(parser, faults);
            return reader.document();
        } catch (JsonProcessingException e) {
            throw fault(place(e.getLocation()), "this is not " + (json ? "JSON" : "YAML") + ": " + plain(e)
                    + "; look at indentation (blanks, no tabs), colons and quotes");
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can always be read", e);
        }
    }

    private Tree.Section document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return new Tree.Section(Place.START, Map.of());
        }
        Place start = here();
        Tree root = tree(first, 1);
        if (!(root instanceof Tree.Section section)) {
            throw fault(start, "a document consists of sections, such as \"rounds:\" with \"packets: 10\" below it");
        }
        if (parser.nextToken() != null) {
            throw fault(here(), "one document only: take away what comes after the first");
        }
        return section;
    }

    private Tree tree(JsonToken token, int depth) throws IOException {
        Place place = here();
        if (depth > DEEPEST) {
            throw fault(place, "more than " + DEEPEST + " levels: no key is that deep");
        }
        if (parser instanceof YAMLParser yaml && (yaml.isCurrentAlias() || yaml.getObjectId() != null)) {
            throw fault(place,
                    "anchors (&) and aliases (*) are not taken: write the value itself, in quotes if it begins so");
        }
        return switch (token) {
            case START_OBJECT -> section(place, depth);
            case START_ARRAY -> items(place, depth);
            case VALUE_NULL -> new Tree.Nothing(place);
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                new Tree.Scalar(place, parser.getText());
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw fault(place, "this kind of value is not taken: write a text, a number, true or false");
        };
    }

    private Tree.Section section(Place place, int depth) throws IOException {
        Map<String, Tree.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            Place at = here();
            Tree value = tree(parser.nextToken(), depth + 1);
            Tree.Entry before = entries.putIfAbsent(key, new Tree.Entry(at, value));
            if (before != null) {
                faults.add(at, "\"" + Faults.shown(key) + "\" stands here a second time, the first is at "
                        + before.place() + ": take one of them away");
            }
        }
        return new Tree.Section(place, entries);
    }

    private Tree.Items items(Place place, int depth) throws IOException {
        List<Tree> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(tree(token, depth + 1));
        }
        return new Tree.Items(place, items);
    }

    private Place here() {
        return place(parser.currentTokenLocation());
    }

    private static Place place(JsonLocation location) {
        return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }

    private static String plain(JsonProcessingException e) {
        // The YAML parser says first what it was reading, then what was wrong, each with the place in indented lines.
        return Faults.shown(String.valueOf(e.getOriginalMessage()).lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" ")).reduce((_, last) -> last)
                .orElse("not readable"));
    }

    private static SettingsException fault(Place place, String message) {
        return new SettingsException(List.of(new Fault(place, message)));
    }
}
