package io.sentinelmesh.measurement;

/**
 * A row or column of the matrix: an agent, or an endpoint that runs none.
 *
 * @param name unique among agents; what people call it
 * @param site where it stands; agents of one site share a fate
 * @param address where test packets go: an IP literal or, for an endpoint only, a host name
 */
public record MeshNode(NodeId id, Role role, String name, String site, String address) {

    /** Names and sites are shown, logged and used in URLs and metrics, so they are kept short. */
    public static final int MAX_NAME_LENGTH = 64;

    public enum Role {
        AGENT, ENDPOINT
    }

    public MeshNode {
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
