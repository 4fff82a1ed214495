package io.sentinelmesh.agent.host;

import java.time.Duration;
import java.util.List;

import io.sentinelmesh.settings.Glob;

/**
 * What is to be read of a host, and how often.
 *
 * @param interval between readings of what is cheap
 * @param names patterns of names; a figure that fits none is left out
 * @param topProcesses how many processes are named; 0: processes are not looked at
 */
public record HostPlan(Duration interval, List<String> names, int topProcesses) {

    public static final HostPlan STANDARD = new HostPlan(Cost.CHEAP.interval(), List.of("*"), 5);

    public HostPlan {
        names = List.copyOf(names);
    }

    boolean wants(String name) {
        return names.stream().anyMatch(pattern -> Glob.fits(pattern, name));
    }

    /** What is heavy is read in each so manyth round: every five minutes, or each time if the interval is longer. */
    int roundsBetweenHeavy() {
        return (int) Math.max(1, Cost.HEAVY.interval().dividedBy(interval));
    }
}
