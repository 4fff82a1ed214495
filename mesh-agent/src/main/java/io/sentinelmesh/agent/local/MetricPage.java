package io.sentinelmesh.agent.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The figures as one page in the Prometheus text format 0.0.4. Thread-safe. */
public final class MetricPage implements AgentMetrics {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Pattern NAME = Pattern.compile("sentinel_agent_[a-z0-9_]*[a-z0-9]");

    private record Family(String type, String help, Map<String, DoubleSupplier> series) {
    }

    private final Map<String, Family> families = new TreeMap<>();

    @Override
    public void gauge(String name, String help, String unit, Map<String, String> labels, DoubleSupplier value) {
        require(!name.endsWith("_total"), name, "a gauge's name does not end in _total");
        require(unit.isEmpty() || name.endsWith("_" + unit), name, "ends in its unit, _" + unit);
        add(name, "gauge", help, labels, value);
    }

    @Override
    public void counter(String name, String help, String unit, Map<String, String> labels, DoubleSupplier value) {
        require(name.endsWith(unit.isEmpty() ? "_total" : "_" + unit + "_total"), name,
                "a counter ends in its unit and _total");
        add(name, "counter", help, labels, value);
    }

    private static void require(boolean holds, String name, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("metric " + name + ": " + rule);
        }
    }

    private synchronized void add(String name, String type, String help, Map<String, String> labels,
            DoubleSupplier value) {
        require(NAME.matcher(name).matches(), name, "begins with sentinel_agent_, then small letters, digits and _");
        Family family = families.computeIfAbsent(name, _ -> new Family(type, help, new LinkedHashMap<>()));
        require(family.type.equals(type), name, "is a " + family.type + " already");
        require(family.series.putIfAbsent(text(labels), value) == null, name, "is there already");
    }

    private static String text(Map<String, String> labels) {
        return labels.isEmpty()
                ? ""
                : new TreeMap<>(labels).entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    synchronized String text() {
        StringBuilder page = new StringBuilder(4_096);
        families.forEach((name, family) -> {
            page.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
            page.append("# TYPE ").append(name).append(' ').append(family.type).append('\n');
            family.series.forEach((labels, value) -> page.append(name).append(labels).append(' ')
                    .append(number(value.getAsDouble())).append('\n'));
        });
        return page.toString();
    }

    private static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
