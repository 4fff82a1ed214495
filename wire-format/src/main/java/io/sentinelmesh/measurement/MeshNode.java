package io.sentinelmesh.measurement;

import java.util.ArrayList;
import java.util.List;

/**
 * A row or column of the matrix: an agent, or an endpoint that runs none.
 *
 * @param name unique among agents; what people call it
 * @param site where it stands; agents of one site share a fate
 * @param address where test packets go: an IP literal or, for an endpoint only, a host name
 * @param reflectorPort the UDP port at which its STAMP reflector answers (RFC 8762); 0 if it has none
 * @param furtherAddresses an agent's other ones, IP literals, mostly of the other family; the first of a family is the one to use
 * @param reach whether test packets of others get to it
 */
public record MeshNode(NodeId id, Role role, String name, String site, String address, int reflectorPort,
        List<String> furtherAddresses, Reach reach) {

    /** Names and sites are shown, logged and used in URLs and metrics, so they are kept short. */
    public static final int MAX_NAME_LENGTH = 64;
    public static final int MAX_FURTHER_ADDRESSES = 7;

    public enum Role {
        AGENT, ENDPOINT
    }

    /** Whether packets that others begin get to a node. */
    public enum Reach {
        /** Nobody has judged: taken for reached. */
        UNKNOWN,
        /** No NAT before it: seen from outside, or vouched for by whoever configured its addresses. */
        DIRECT,
        /** They don't: its addresses mean something on its side only. It measures, and is not measured. */
        BEHIND_NAT
    }

    public MeshNode {
        if (reflectorPort < 0 || reflectorPort > 65_535) {
            throw new IllegalArgumentException("reflector port must be 0 to 65535, not " + reflectorPort);
        }
        requireName("name", name);
        requireName("site", site);
        requireAddress(address);
        furtherAddresses = List.copyOf(furtherAddresses);
        if (furtherAddresses.size() > MAX_FURTHER_ADDRESSES) {
            throw new IllegalArgumentException("at most " + MAX_FURTHER_ADDRESSES + " further addresses, not "
                    + furtherAddresses.size());
        }
        furtherAddresses.forEach(MeshNode::requireAddress);
    }

    /** With one address, and nobody has judged whether it is reached there. */
    public MeshNode(NodeId id, Role role, String name, String site, String address, int reflectorPort) {
        this(id, role, name, site, address, reflectorPort, List.of(), Reach.UNKNOWN);
    }

    /** A node without a reflector. */
    public MeshNode(NodeId id, Role role, String name, String site, String address) {
        this(id, role, name, site, address, 0);
    }

    public MeshNode with(Reach judged) {
        return judged == reach
                ? this
                : new MeshNode(id, role, name, site, address, reflectorPort, furtherAddresses, judged);
    }

    public boolean isBehindNat() {
        return reach == Reach.BEHIND_NAT;
    }

    /** The first one is {@link #address}. */
    public List<String> addresses() {
        List<String> all = new ArrayList<>(furtherAddresses);
        all.addFirst(address);
        return List.copyOf(all);
    }

    private static void requireAddress(String address) {
        if (address.isBlank() || address.length() > 255) {
            throw new IllegalArgumentException("address must have 1 to 255 characters, not " + address.length());
        }
        if (!address.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".:-_%[]".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "address may hold letters, digits and . : - _ % [ ] only: '" + printable(address) + "'");
        }
    }

    /** The text may come from anyone, and the message goes to a log or a terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }

    private static void requireName(String what, String text) {
        if (text.isBlank() || text.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    what + " must have 1 to " + MAX_NAME_LENGTH + " characters: '" + text + "'");
        }
        if (!text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-_. :/".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    what + " may hold letters, digits, blanks and - _ . : / only: '" + text + "'");
        }
    }
}
