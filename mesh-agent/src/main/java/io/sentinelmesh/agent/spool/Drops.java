package io.sentinelmesh.agent.spool;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** What was given up, by reason. A reason that never came up has no entry. */
public record Drops(Map<DropReason, Tally> byReason) {

    public static final Drops NONE = new Drops(Map.of());

    public Drops {
        Map<DropReason, Tally> copy = new EnumMap<>(DropReason.class);
        byReason.forEach((reason, tally) -> {
            if (!tally.isZero()) {
                copy.put(reason, tally);
            }
        });
        byReason = Collections.unmodifiableMap(copy);
    }

    public static Drops of(DropReason reason, Tally tally) {
        return new Drops(Map.of(reason, tally));
    }

    public Tally of(DropReason reason) {
        return byReason.getOrDefault(reason, Tally.ZERO);
    }

    public Tally total() {
        return byReason.values().stream().reduce(Tally.ZERO, Tally::plus);
    }

    public Drops plus(Drops other) {
        Map<DropReason, Tally> sum = new EnumMap<>(DropReason.class);
        sum.putAll(byReason);
        other.byReason.forEach((reason, tally) -> sum.merge(reason, tally, Tally::plus));
        return new Drops(sum);
    }

    public Drops plus(DropReason reason, Tally tally) {
        return plus(of(reason, tally));
    }

    /**
     * @throws IllegalArgumentException if that would leave less than nothing of a reason
     */
    public Drops minus(Drops other) {
        Map<DropReason, Tally> rest = new EnumMap<>(DropReason.class);
        rest.putAll(byReason);
        other.byReason.forEach((reason, tally) -> rest.put(reason, of(reason).minus(tally)));
        return new Drops(rest);
    }
}
