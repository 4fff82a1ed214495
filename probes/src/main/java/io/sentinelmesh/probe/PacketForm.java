package io.sentinelmesh.probe;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the test packets look like and how they leave.
 *
 * @param payloadBytes after the ICMP or UDP header, 16 to 65,507: the packet's number must fit in, and the whole into an IPv4 packet
 * @param dscp differentiated services code point, 0 to 63 (RFC 2474)
 * @param neverFragment neither this host nor a router may cut the packet
 * @param hopLimit 1 to 255; this host's usual one if empty
 * @param networkInterface the packets leave by; the routing table decides if empty
 */
public record PacketForm(int payloadBytes, int dscp, boolean neverFragment, OptionalInt hopLimit,
        Optional<String> networkInterface) {

    public static final int LEAST_PAYLOAD = 16;
    /** 65,535 less 20 bytes of IPv4 and 8 of ICMP or UDP. */
    public static final int MOST_PAYLOAD = 65_507;
    /** What ping and fping send, for better or worse the size that middle boxes are used to. */
    public static final int USUAL_PAYLOAD = 56;
    public static final PacketForm USUAL = new PacketForm(USUAL_PAYLOAD, 0, false, OptionalInt.empty(),
            Optional.empty());

    public PacketForm {
        if (payloadBytes < LEAST_PAYLOAD || payloadBytes > MOST_PAYLOAD) {
            throw new IllegalArgumentException("a test packet carries " + LEAST_PAYLOAD + " to " + MOST_PAYLOAD
                    + " bytes of payload, not " + payloadBytes);
        }
        if (dscp < 0 || dscp > 63) {
            throw new IllegalArgumentException("a DSCP lies between 0 and 63, not at " + dscp);
        }
        if (hopLimit.isPresent() && (hopLimit.getAsInt() < 1 || hopLimit.getAsInt() > 255)) {
            throw new IllegalArgumentException("a hop limit lies between 1 and 255, not at " + hopLimit.getAsInt());
        }
    }
}
