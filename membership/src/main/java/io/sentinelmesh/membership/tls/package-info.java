/**
 * Mutual TLS under Hazelcast, whose open edition has none: {@code TlsPump} moves bytes through an SSLEngine and knows nothing of Hazelcast; the handlers put it
 * beneath each channel; the node and client extensions put the handlers in place and hold a member to the name in its certificate.
 * Leans on internal classes of the pinned version: {@code HazelcastTlsContractIT} says what of (docs/adr/0010).
 */
@NullMarked
package io.sentinelmesh.membership.tls;

import org.jspecify.annotations.NullMarked;
