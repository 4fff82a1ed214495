package io.sentinelmesh.probe.route;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.sentinelmesh.measurement.Path;

/**
 * The paths that the flows towards each destination have been seen to take, so that only a path that none of them explains is news. Bounded: of
 * each flow the paths seen most recently are kept, and the flows seen most recently. What falls out is news again when it comes back. One thread.
 */
public final class LearnedPaths {

    /** A way that was not known to this flow, the first one of all, or one that it took before. */
    public enum Novelty {
        FIRST, NEW, KNOWN
    }

    /** @param hash of the path as it was first learned: it stays when a hop that was silent then shows its address */
    public record Seen(Novelty novelty, String hash) {
    }

    private record Flow(InetAddress destination, int name) {
    }

    private record Learned(String hash, Path path) {
    }

    private final int mostPaths;
    private final Map<Flow, List<Learned>> flows;

    /**
     * @param mostFlows flows of all destinations together, at least 1
     * @param mostPaths per flow, at least 1
     */
    public LearnedPaths(int mostFlows, int mostPaths) {
        if (mostFlows < 1 || mostPaths < 1) {
            throw new IllegalArgumentException("room for " + mostFlows + " flows of " + mostPaths + " paths is none");
        }
        this.mostPaths = mostPaths;
        flows = new LinkedHashMap<>(16, 0.75f, true) {

            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Flow, List<Learned>> eldest) {
                return size() > mostFlows;
            }
        };
    }

    /** @param flow its source port */
    public Seen observe(InetAddress destination, int flow, Path path) {
        List<Learned> paths = flows.computeIfAbsent(new Flow(destination, flow), _ -> new ArrayList<>());
        for (int i = 0; i < paths.size(); i++) {
            Learned learned = paths.get(i);
            if (learned.path().agreesWith(path)) {
                paths.remove(i);
                paths.addFirst(new Learned(learned.hash(), learned.path().mergedWith(path)));
                return new Seen(Novelty.KNOWN, learned.hash());
            }
        }
        Learned fresh = new Learned(path.hash(), path);
        Novelty novelty = paths.isEmpty() ? Novelty.FIRST : Novelty.NEW;
        paths.addFirst(fresh);
        if (paths.size() > mostPaths) {
            paths.removeLast();
        }
        return new Seen(novelty, fresh.hash());
    }

    /** How many hops the flow's newest path has, for {@link TraceRequest#expectedHops()}; 0 if it never reached the destination. */
    public int expectedHops(InetAddress destination, int flow) {
        return flows.getOrDefault(new Flow(destination, flow), List.of()).stream().map(Learned::path)
                .filter(Path::reached).mapToInt(path -> path.hops().size()).findFirst().orElse(0);
    }
}
