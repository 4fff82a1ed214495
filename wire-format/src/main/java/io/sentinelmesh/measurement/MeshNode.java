package io.sentinelmesh.measurement;

/**
 * A row or column of the matrix: an agent, or an endpoint that runs none.
 *
 * @param name unique among agents; what people call it
 * @param site where it stands; agents of one site share a fate
 * @param address where test packets go: an IP literal or, for an endpoint only, a host name
 * @param reflectorPort the UDP port at which its STAMP reflector answers (RFC 8762); 0 if it has none
 */
public record MeshNode(NodeId id, Role role, String name, String site, String address, int reflectorPort) {

    /** Names and sites are shown, logged and used in URLs and metrics, so they are kept short. */
    public static final int MAX_NAME_LENGTH = 64;

    public enum Role {
        AGENT, ENDPOINT
    }

    public MeshNode {
        if (reflectorPort < 0 || reflectorPort > 65_535) {
            throw new IllegalArgumentException("reflector port must be 0 to 65535, not " + reflectorPort);
        }
        requireName("name", name);
        requireName("site", site);
        if (address.isBlank() || address.length() > 255) {
            throw new IllegalArgumentException("address must have 1 to 255 characters, not " + address.length());
        }
        if (!address.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".:-_%[]".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "address may hold letters, digits and . : - _ % [ ] only: '" + printable(address) + "'");
        }
    }

    /** A node without a reflector. */
    public MeshNode(NodeId id, Role role, String name, String site, String address) {
        this(id, role, name, site, address, 0);
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
