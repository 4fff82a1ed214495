package io.sentinelmesh.probe;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What every prober asks of its targets, so that a mistake is told to who made it and not found out on the engine thread. */
public final class TargetRules {

    /** Per prober; at one packet a second to each, what one engine sends without effort. */
    public static final int MOST_TARGETS = 65_536;

    private TargetRules() {
    }

    /**
     * @return an unchangeable copy
     * @throws IllegalArgumentException if there are too many, two have one index, or one is an address that many would answer
     */
    public static List<ProbeTarget> require(List<ProbeTarget> targets) {
        List<ProbeTarget> copy = List.copyOf(targets);
        if (copy.size() > MOST_TARGETS) {
            throw new IllegalArgumentException(copy.size() + " targets are more than the " + MOST_TARGETS
                    + " that one prober takes; split them over several agents");
        }
        Set<Integer> indices = new HashSet<>();
        for (ProbeTarget target : copy) {
            if (!indices.add(target.index())) {
                throw new IllegalArgumentException(
                        "two targets have the index " + target.index() + "; number each destination differently");
            }
            requireOneHost(target.address());
        }
        return copy;
    }

    /** False for an address that many hosts or none would answer: multicast, broadcast, unspecified. */
    public static boolean isOneHost(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean broadcast = bytes.length == 4 && bytes[0] == -1 && bytes[1] == -1 && bytes[2] == -1 && bytes[3] == -1;
        return !address.isMulticastAddress() && !address.isAnyLocalAddress() && !broadcast;
    }

    private static void requireOneHost(InetAddress address) {
        if (!isOneHost(address)) {
            throw new IllegalArgumentException(
                    address.getHostAddress() + " is not the address of one host; name the host's own address");
        }
    }
}
