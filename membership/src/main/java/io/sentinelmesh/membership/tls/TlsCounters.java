package io.sentinelmesh.membership.tls;

/**
 * Since the start of this member or client.
 *
 * @param established handshakes whose peer was accepted
 * @param refused connections that ended for a reason of TLS: no TLS at all, a certificate that does not hold, silence
 * @param halfOpen accepted connections without verdict, now
 */
public record TlsCounters(long established, long refused, int halfOpen) {
}
