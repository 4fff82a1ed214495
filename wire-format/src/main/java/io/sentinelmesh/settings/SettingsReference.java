package io.sentinelmesh.settings;

/** What docs/configuration.md says about the keys, made from the keys. */
public final class SettingsReference {

    private SettingsReference() {
    }

    /** A table in Markdown, one line for each key. */
    public static String markdown() {
        StringBuilder table = new StringBuilder("| key | takes | standard | meaning |\n|---|---|---|---|\n");
        for (Key<?> key : SettingsKeys.ALL) {
            table.append("| `").append(key.path()).append("` | ").append(key.range()).append(" | ")
                    .append(key.standardText()).append(" | ").append(key.meaning()).append(" |\n");
        }
        return table.toString();
    }

    /** A document that gives every key its standard value, with the meaning beside it. */
    public static String standardDocument() {
        StringBuilder text = new StringBuilder("schema: " + SettingsDocument.SCHEMA + "\n");
        String open = "";
        for (Key<?> key : SettingsKeys.ALL) {
            String[] path = key.path().split("\\.", -1);
            for (int depth = 0; depth < path.length - 1; depth++) {
                String section = String.join(".", java.util.Arrays.copyOf(path, depth + 1)) + ".";
                if (!open.startsWith(section)) {
                    text.append("  ".repeat(depth)).append(path[depth]).append(":\n");
                }
            }
            open = key.path().substring(0, key.path().lastIndexOf('.') + 1);
            text.append("  ".repeat(path.length - 1)).append(path[path.length - 1]).append(": ")
                    .append(quoted(key.standardText())).append(" # ").append(key.range()).append("; ")
                    .append(key.meaning()).append('\n');
        }
        return text.toString();
    }

    /** YAML reads a star at the beginning of a word as something else. */
    private static String quoted(String text) {
        return text.replace("*", "\"*\"");
    }
}
