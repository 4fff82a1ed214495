package io.sentinelmesh.probe.tls;

import java.time.Duration;

import io.sentinelmesh.probe.exchange.Destination;
import io.sentinelmesh.probe.exchange.TlsTerms;

/**
 * Whose handshake to make, and what to expect of it. Immutable.
 *
 * @param serverName asked for, and looked for in the certificate
 * @param leastVersion "1.2" or "1.3"
 */
record TlsCheck(Destination destination, TlsTerms terms, String serverName, String leastVersion, Duration timeout) {
}
