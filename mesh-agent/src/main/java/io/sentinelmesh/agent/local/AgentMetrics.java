package io.sentinelmesh.agent.local;

import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Where the parts of an agent put their figures, once, when they are made. A figure is read only when somebody asks for it: its supplier must be
 * cheap and may be called by any thread. Names follow Prometheus: {@code sentinel_agent_}, then what it is, then a base unit; a counter ends in
 * {@code _total}.
 */
public interface AgentMetrics {

    /**
     * A figure that may go up and down; NaN while it is not known.
     *
     * @param unit a base unit that the name ends in, such as {@code bytes}, {@code seconds} or {@code ratio}; empty for a plain number
     * @throws IllegalArgumentException if the name is no good, or is there already with these labels
     */
    void gauge(String name, String help, String unit, Map<String, String> labels, DoubleSupplier value);

    /** A count that only grows; its name ends in {@code _total}. */
    void counter(String name, String help, String unit, Map<String, String> labels, DoubleSupplier value);

    default void gauge(String name, String help, String unit, DoubleSupplier value) {
        gauge(name, help, unit, Map.of(), value);
    }

    default void counter(String name, String help, String unit, DoubleSupplier value) {
        counter(name, help, unit, Map.of(), value);
    }
}
