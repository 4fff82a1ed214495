package io.sentinelmesh.probe.standin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.probe.kind.Kind;
import io.sentinelmesh.probe.kind.Progress;
import io.sentinelmesh.probe.kind.Report;
import io.sentinelmesh.probe.kind.Settings;

/** Runs a kind as the command line does. */
public final class Runs {

    private Runs() {
    }

    /** @param settings each as "name=value" */
    public static Report run(Kind kind, String target, String... settings) throws InterruptedException {
        return prepare(kind, target, settings).run(Progress.SILENT);
    }

    public static Kind.Run prepare(Kind kind, String target, String... settings) {
        Map<String, String> written = new HashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            written.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return kind.prepare(target, Settings.of(kind.settings(), written));
    }

    /** A member of a report's value that is a map itself. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    /** A member of a report's value that is a list of maps. */
    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> maps(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
