package io.sentinelmesh.probe.mtu;

import java.time.Duration;

/**
 * @param least size that must pass for the search to make sense, bytes of the whole IP packet
 * @param most size to try, such as the MTU of the interface
 * @param tries packets of one size without an answer that make it silent
 * @param timeout for the first answer; later ones are waited for according to it
 */
record MtuRequest(int least, int most, int tries, Duration timeout) {

    static final int MOST_TRIES = 10;
    /** The length field of an IP packet has 16 bits. */
    static final int MOST_BYTES = 65_535;

    MtuRequest {
        if (least < 1 || most < least || most > MOST_BYTES) {
            throw new IllegalArgumentException("sizes from " + least + " to " + most + " can't be searched");
        }
        if (tries < 1 || tries > MOST_TRIES) {
            throw new IllegalArgumentException("1 to " + MOST_TRIES + " tries, not " + tries);
        }
    }
}
