package io.sentinelmesh.db.postgres;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Labels of a metric, or details of an event, as a JSON object of texts, and back. */
final class LabelsJson {

    private LabelsJson() {
    }

    static String write(Map<String, String> labels) {
        StringBuilder json = new StringBuilder("{");
        labels.forEach((key, value) -> {
            json.append(json.length() == 1 ? "" : ",");
            text(json, key);
            json.append(':');
            text(json, value);
        });
        return json.append('}').toString();
    }

    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c == 0 || (Character.isSurrogate(c) && !isPaired(text, i))) {
                json.append('?'); // a database's text cannot hold it
            } else if (c < ' ') {
                json.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    private static boolean isPaired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    /** @param flat key, value, key, value, and so on */
    static Map<String, String> read(String... flat) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i + 1 < flat.length; i += 2) {
            labels.put(flat[i], flat[i + 1]);
        }
        return labels;
    }
}
