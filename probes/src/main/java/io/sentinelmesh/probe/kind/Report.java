package io.sentinelmesh.probe.kind;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run found.
 *
 * @param reached whether the target answered as it should; decides the command's exit code
 * @param outcome the class of what happened in one word for scripts, such as "answered", "lost" or "administratively-prohibited"
 * @param values for scripts, in the order in which they are told: numbers (with the unit at the end of the name), texts, truth values, lists and
 *            maps of these; a value that is not known is left out
 * @param lines for people: the summary, without what {@link Progress} told already
 */
public record Report(boolean reached, String outcome, Map<String, Object> values, List<String> lines) {

    public Report {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        lines = List.copyOf(lines);
    }
}
