package io.sentinelmesh.db.postgres;

import java.util.LinkedHashMap;
import java.util.Map;

/** Labels of a metric as a JSON object of texts, and back. Labels have no control characters ({@code HostMetric}). */
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
                json.append('\\');
            }
            json.append(c);
        }
        json.append('"');
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
