package io.sentinelmesh.probe.stamp;

import java.net.InetAddress;
import java.util.Optional;

import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.RateCaps;

/**
 * How a sender probes each of its targets.
 *
 * @param pacing the interval between two packets of one flow, and when a packet counts as lost
 * @param flows source ports, each a flow of its own to routers that spread traffic over equal paths; 1 to {@link #MOST_FLOWS}
 * @param size bytes of UDP data, {@link #leastSize} to {@link #MOST_SIZE}
 * @param dscp of the packets, and wished for the answers; 0 to 63
 * @param hopLimit the packets leave with, 1 to 255
 * @param sourceAddress the packets carry; the kernel chooses if empty. Binds its own family only
 * @param key of the authenticated mode; empty for the other
 * @param caps what is sent at most; above what a reflector answers one peer, its cap would look like loss of the network's
 */
public record StampSettings(ProbePacing pacing, int flows, int size, int dscp, int hopLimit,
        Optional<InetAddress> sourceAddress, Optional<SharedKey> key, RateCaps caps) {

    public static final int DEFAULT_FLOWS = 16;
    public static final int MOST_FLOWS = 64;
    /** What STAMP and TWAMP ends leave with, so that the other end can count hops (RFC 5357 section 4.1.2). */
    public static final int FULL_HOP_LIMIT = 255;
    /** Below what an IPv4 packet holds in all, and a frame of any link with room to spare. */
    public static final int MOST_SIZE = 9_000;

    /** Class of service and follow-up, which every packet of ours carries. */
    static final int EXTENSIONS = 2 * Tlv.HEADER + Tlv.CLASS_OF_SERVICE_LENGTH + Tlv.FOLLOW_UP_LENGTH;
    static final int HMAC_EXTENSION = Tlv.HEADER + Tlv.HMAC_LENGTH;

    public StampSettings {
        requireBetween("flows", flows, 1, MOST_FLOWS);
        requireBetween("size", size, leastSize(key.isPresent()), MOST_SIZE);
        requireBetween("dscp", dscp, 0, 63);
        requireBetween("hop limit", hopLimit, 1, FULL_HOP_LIMIT);
    }

    /** With the usual caps: to one reflector as many as ours answers one peer by default. */
    public StampSettings(ProbePacing pacing, int flows, int size, int dscp, int hopLimit,
            Optional<InetAddress> sourceAddress, Optional<SharedKey> key) {
        this(pacing, flows, size, dscp, hopLimit, sourceAddress, key, RateCaps.DEFAULT);
    }

    public StampSettings(ProbePacing pacing, Optional<InetAddress> sourceAddress, Optional<SharedKey> key) {
        this(pacing, DEFAULT_FLOWS, leastSize(key.isPresent()), 0, FULL_HOP_LIMIT, sourceAddress, key);
    }

    /** Bytes of UDP data that the fields and extensions of a packet take. */
    public static int leastSize(boolean authenticated) {
        return authenticated
                ? StampMode.AUTHENTICATED.length() + EXTENSIONS + HMAC_EXTENSION
                : StampMode.UNAUTHENTICATED.length() + EXTENSIONS;
    }

    private static void requireBetween(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": expected " + least + " to " + most + ", not " + value);
        }
    }
}
