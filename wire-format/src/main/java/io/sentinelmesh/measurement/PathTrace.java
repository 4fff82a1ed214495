package io.sentinelmesh.measurement;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which way the packets of one flow took to a destination at one moment.
 *
 * @param at when it began, by the agent's wall clock
 * @param target the destination's address that was traced
 * @param flow its source port
 * @param labels the MPLS label stack that the packet carried (RFC 4950), outermost first, of each hop limit at which one was told
 */
public record PathTrace(NodeId destination, Instant at, InetAddress target, int flow, Path path, TraceOutcome outcome,
        SortedMap<Integer, List<Integer>> labels) {

    /** The highest hop limit a trace asks for. */
    public static final int MOST_HOPS = 64;
    /** Of all hops together. */
    public static final int MOST_LABELS = 256;
    private static final int HIGHEST_PORT = 65_535;
    /** 20 bits (RFC 3032). */
    private static final int HIGHEST_LABEL = (1 << 20) - 1;

    public PathTrace {
        if (flow < 0 || flow > HIGHEST_PORT) {
            throw new IllegalArgumentException("a flow is named by a port, not " + flow);
        }
        if (path.hops().size() > MOST_HOPS) {
            throw new IllegalArgumentException(
                    "a path has at most " + MOST_HOPS + " hops, not " + path.hops().size());
        }
        if (path.reached() != (outcome == TraceOutcome.REACHED)) {
            throw new IllegalArgumentException("a path that is " + (path.reached() ? "" : "not ")
                    + "reached does not end as " + outcome.label());
        }
        labels = checked(labels, path.hops().size());
    }

    private static SortedMap<Integer, List<Integer>> checked(SortedMap<Integer, List<Integer>> labels, int hops) {
        SortedMap<Integer, List<Integer>> checked = new TreeMap<>();
        List<Integer> all = new ArrayList<>();
        labels.forEach((hop, stack) -> {
            if (hop < 1 || hop > hops || stack.isEmpty()) {
                throw new IllegalArgumentException("labels of hop " + hop + " of " + hops);
            }
            checked.put(hop, List.copyOf(stack));
            all.addAll(stack);
        });
        if (all.size() > MOST_LABELS || all.stream().anyMatch(label -> label < 0 || label > HIGHEST_LABEL)) {
            throw new IllegalArgumentException(
                    "at most " + MOST_LABELS + " labels of 0 to " + HIGHEST_LABEL + ", not " + all);
        }
        return Collections.unmodifiableSortedMap(checked);
    }

    /** The same at another moment: what a wrong clock was off by is taken out. */
    public PathTrace at(Instant moment) {
        return new PathTrace(destination, moment, target, flow, path, outcome, labels);
    }
}
