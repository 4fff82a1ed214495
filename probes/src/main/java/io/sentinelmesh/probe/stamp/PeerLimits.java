package io.sentinelmesh.probe.stamp;

/**
 * How much the reflector answers: so many packets a second to each peer and so many to all, with a second's worth at once. A peer is an IPv4
 * address or an IPv6 network of 64 bits, the least that one host commonly has. A token bucket is kept as one number: when it would be full
 * again (the generic cell rate algorithm). One thread.
 */
final class PeerLimits {

    static final int MOST_PEERS = 1 << 12;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final KeyedSlots peers;
    private final long[] fullAgainAt = new long[MOST_PEERS];
    private final long nanosPerPeerPacket;
    private final long nanosPerPacket;
    private long allFullAgainAt;
    private boolean begun;

    PeerLimits(int packetsPerSecondAndPeer, int packetsPerSecond, long secret) {
        // A bucket that was not asked for longer than it takes to fill is as good as a new one.
        peers = new KeyedSlots(MOST_PEERS, NANOS_PER_SECOND, secret);
        nanosPerPeerPacket = NANOS_PER_SECOND / packetsPerSecondAndPeer;
        nanosPerPacket = NANOS_PER_SECOND / packetsPerSecond;
    }

    /**
     * Takes a token, if there is one.
     *
     * @param high the upper half of an IPv6 address, 0 for IPv4
     * @param low the lower half, or the IPv4 address
     */
    boolean permits(long high, long low, boolean ipv6, long now) {
        int peer = peers.claim(high, ipv6 ? 0 : low, ipv6 ? 1 : 0, now);
        if (peers.isFresh()) {
            fullAgainAt[peer] = now;
        }
        if (!begun) {
            begun = true;
            allFullAgainAt = now;
        }
        long peerNext = Math.max(fullAgainAt[peer], now) + nanosPerPeerPacket;
        long allNext = Math.max(allFullAgainAt, now) + nanosPerPacket;
        if (peerNext - now > NANOS_PER_SECOND || allNext - now > NANOS_PER_SECOND) {
            return false;
        }
        fullAgainAt[peer] = peerNext;
        allFullAgainAt = allNext;
        return true;
    }

    long evictions() {
        return peers.evictions();
    }
}
