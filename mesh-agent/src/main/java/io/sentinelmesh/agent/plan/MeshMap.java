package io.sentinelmesh.agent.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/** Agents and sites as numbers: agents in the order of their ids, sites in that of their names, whatever order they came in. */
final class MeshMap {

    private final MeshNode[] agents;
    private final long[] keys;
    private final boolean[] reachable;
    private final int[] siteOf;
    private final String[] sites;
    private final long[] siteKeys;
    private final int[][] members;
    private final int[][] reachableMembers;

    MeshMap(MeshMembers known) {
        Map<NodeId, MeshNode> byId = new TreeMap<>();
        known.agents().forEach(agent -> byId.merge(agent.id(), agent, MeshMap::either));
        agents = byId.values().toArray(new MeshNode[0]);
        keys = new long[agents.length];
        reachable = new boolean[agents.length];
        siteOf = new int[agents.length];
        Map<String, List<Integer>> bySite = new TreeMap<>();
        Set<NodeId> unreachable = known.unreachable();
        for (int i = 0; i < agents.length; i++) {
            keys[i] = MeshHash.of(agents[i].id().value());
            reachable[i] = !unreachable.contains(agents[i].id());
            bySite.computeIfAbsent(agents[i].site(), _ -> new ArrayList<>()).add(i);
        }
        sites = bySite.keySet().toArray(new String[0]);
        siteKeys = Arrays.stream(sites).mapToLong(MeshHash::of).toArray();
        members = new int[sites.length][];
        reachableMembers = new int[sites.length][];
        for (int site = 0; site < sites.length; site++) {
            members[site] = bySite.getOrDefault(sites[site], List.of()).stream().mapToInt(Integer::intValue).toArray();
            reachableMembers[site] = Arrays.stream(members[site]).filter(agent -> reachable[agent]).toArray();
            for (int agent : members[site]) {
                siteOf[agent] = site;
            }
        }
    }

    /** Two entries for one id would be a mistake of the caller's; but not one that may make agents plan differently. */
    private static MeshNode either(MeshNode one, MeshNode other) {
        return one.toString().compareTo(other.toString()) <= 0 ? one : other;
    }

    int size() {
        return agents.length;
    }

    int siteCount() {
        return sites.length;
    }

    MeshNode agent(int agent) {
        return agents[agent];
    }

    /** A well mixed number of its own for each agent. */
    long key(int agent) {
        return keys[agent];
    }

    boolean isReachable(int agent) {
        return reachable[agent];
    }

    int siteOf(int agent) {
        return siteOf[agent];
    }

    String site(int site) {
        return sites[site];
    }

    long siteKey(int site) {
        return siteKeys[site];
    }

    /** Not to be changed. */
    int[] members(int site) {
        return members[site];
    }

    /** Not to be changed. */
    int[] reachableMembers(int site) {
        return reachableMembers[site];
    }

    /** -1 if there is no such agent. */
    int indexOf(NodeId id) {
        int low = 0;
        int high = agents.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = agents[middle].id().compareTo(id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
