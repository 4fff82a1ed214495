package io.sentinelmesh.probe.exchange;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** How long each phase of one exchange took. Immutable. */
public final class Phases {

    private static final double NANOS_PER_MS = 1e6;

    private final Map<Phase, Long> nanos;
    private final long totalNanos;

    private Phases(Map<Phase, Long> nanos, long totalNanos) {
        this.nanos = nanos;
        this.totalNanos = totalNanos;
    }

    /** Of several exchanges one after the other. */
    public static Phases sum(List<Phases> parts) {
        Map<Phase, Long> sums = new EnumMap<>(Phase.class);
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        long total = 0;
        for (Phases part : parts) {
            total += part.totalNanos;
            part.nanos.forEach((phase, value) -> sums.merge(phase, value, Long::sum));
        }
        return new Phases(sums, total);
    }

    /** Empty if it was not reached, not ended or not needed. */
    public OptionalLong nanos(Phase phase) {
        Long value = nanos.get(phase);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** From the begin to the end, whatever the end was. */
    public long totalNanos() {
        return totalNanos;
    }

    /** {@code lookup_ms} and so on, those that there are, and {@code total_ms}; to a microsecond. */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Phase phase : Phase.values()) {
            nanos(phase).ifPresent(value -> values.put(phase.key() + "_ms", milliseconds(value)));
        }
        values.put("total_ms", milliseconds(totalNanos));
        return values;
    }

    /** In one line for people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Phase phase : Phase.values()) {
            nanos(phase).ifPresent(
                    value -> text.append(phase.text()).append(' ').append(shortMilliseconds(value)).append(", "));
        }
        return text.append("total ").append(shortMilliseconds(totalNanos)).append(" ms").toString();
    }

    /** Rounded to a microsecond: more digits than that are noise here. */
    public static double milliseconds(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    public static String shortMilliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / NANOS_PER_MS);
    }

    /** Times the phases of one exchange as they come. */
    public static final class Watch {

        private final LongSupplier clock;
        private final long began;
        private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
        private Phase phase = Phase.LOOKUP;
        private long phaseBegan;

        /** @param clock in nanoseconds, monotonic */
        public Watch(LongSupplier clock) {
            this.clock = clock;
            began = clock.getAsLong();
            phaseBegan = began;
        }

        /** The present phase ends here. What comes until the next begins is in the total only. */
        public void end() {
            nanos.put(phase, clock.getAsLong() - phaseBegan);
        }

        public void begin(Phase next) {
            phase = next;
            phaseBegan = clock.getAsLong();
        }

        public Phase phase() {
            return phase;
        }

        public Phases stop() {
            return new Phases(new EnumMap<>(nanos), clock.getAsLong() - began);
        }
    }
}
