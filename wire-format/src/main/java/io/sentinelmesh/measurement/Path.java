package io.sentinelmesh.measurement;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way of one flow: who answered at each hop limit from 1 on. A hop without an address is a wildcard: it stayed silent, or not always the same
 * router answered there. Immutable.
 *
 * @param hops the last of a reached path is the destination; a path that was not reached ends with its last answer
 */
public record Path(List<Optional<InetAddress>> hops, boolean reached) {

    private static final int HASH_BYTES = 8;

    public Path {
        int length = hops.size();
        while (!reached && length > 0 && hops.get(length - 1).isEmpty()) {
            length--;
        }
        hops = List.copyOf(hops.subList(0, length));
    }

    /**
     * 16 hexadecimal digits: the beginning of SHA-256 over, hop by hop, the address's length in one byte and its bytes (for a wildcard the length 0
     * alone), and at the end 1 if it was reached, else 0. The same path has the same hash in every process and version; the same path with a
     * wildcard more has another one, which is why paths are compared by {@link #agreesWith}.
     */
    public String hash() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        for (Optional<InetAddress> hop : hops) {
            byte[] address = hop.map(InetAddress::getAddress).orElseGet(() -> new byte[0]);
            digest.update((byte) address.length);
            digest.update(address);
        }
        digest.update((byte) (reached ? 1 : 0));
        return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    }

    /**
     * Whether both can be sights of one way: no hop limit at which they name different addresses, and, where both were reached, the same length. One
     * that was not reached agrees with a longer one that begins like it: that nothing answered farther on is loss, not another way.
     */
    public boolean agreesWith(Path other) {
        if ((reached && hops.size() < other.hops.size()) || (other.reached && other.hops.size() < hops.size())) {
            return false;
        }
        for (int i = 0; i < Math.min(hops.size(), other.hops.size()); i++) {
            Optional<InetAddress> mine = hops.get(i);
            Optional<InetAddress> theirs = other.hops.get(i);
            if (mine.isPresent() && theirs.isPresent() && !mine.equals(theirs)) {
                return false;
            }
        }
        return true;
    }

    /** The lowest hop limit at which both cannot be sights of one way; 0 if they agree. */
    public int firstDifferingHop(Path other) {
        if (agreesWith(other)) {
            return 0;
        }
        int both = Math.min(hops.size(), other.hops.size());
        for (int i = 0; i < both; i++) {
            Optional<InetAddress> mine = hops.get(i);
            Optional<InetAddress> theirs = other.hops.get(i);
            if (mine.isPresent() && theirs.isPresent() && !mine.equals(theirs)) {
                return i + 1;
            }
        }
        return both + 1;
    }

    /** What both know together. They must agree. */
    public Path mergedWith(Path other) {
        if (!agreesWith(other)) {
            throw new IllegalArgumentException("two ways can't be merged: " + this + " and " + other);
        }
        List<Optional<InetAddress>> merged = new ArrayList<>();
        for (int i = 0; i < Math.max(hops.size(), other.hops.size()); i++) {
            Optional<InetAddress> mine = i < hops.size() ? hops.get(i) : Optional.empty();
            merged.add(mine.isPresent() || i >= other.hops.size() ? mine : other.hops.get(i));
        }
        return new Path(merged, reached || other.reached);
    }

    /** How many hops have an address. */
    public int known() {
        return (int) hops.stream().filter(Optional::isPresent).count();
    }

    /**
     * Whether packets go round: two different routers, one after the other, that both come again later in the same order. One address at several
     * hops in a row is no loop: an address translator answers for everything behind it.
     */
    public boolean isLoop() {
        Map<List<InetAddress>, Integer> firstSeen = new HashMap<>();
        for (int i = 0; !reached && i + 1 < hops.size(); i++) {
            if (hops.get(i).isPresent() && hops.get(i + 1).isPresent() && !hops.get(i).equals(hops.get(i + 1))) {
                List<InetAddress> pair = List.of(hops.get(i).orElseThrow(), hops.get(i + 1).orElseThrow());
                if (firstSeen.putIfAbsent(pair, i) != null) {
                    return true;
                }
            }
        }
        return false;
    }
}
