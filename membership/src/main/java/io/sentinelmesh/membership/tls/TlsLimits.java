package io.sentinelmesh.membership.tls;

import java.time.Duration;

/**
 * What strangers can make a member spend before they have shown who they are.
 *
 * @param handshake from the connection to the verdict on the peer's certificate; then the connection is closed
 * @param halfOpen accepted connections that may be without verdict at once; one more closes the oldest, for an honest peer needs
 *            milliseconds and a silent one stays
 * @param taskThreads for signatures and key exchange; they end when there is nothing to do
 * @param waitingTasks beyond these the handshake is given up
 */
public record TlsLimits(Duration handshake, int halfOpen, int taskThreads, int waitingTasks) {

    public static final TlsLimits DEFAULT = new TlsLimits(Duration.ofSeconds(10), 64, 2, 256);

    public TlsLimits {
        if (handshake.isNegative() || handshake.isZero() || halfOpen < 1 || taskThreads < 1 || waitingTasks < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
