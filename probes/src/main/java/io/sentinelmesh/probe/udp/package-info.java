/**
 * Request and response over UDP with a service that is not ours. Such a service sends back no number by which an answer could be told from an
 * earlier one's, so every request leaves from a socket and a port of its own, connected to the target: the kernel then hands over only what comes
 * from the target's address and port, and an ICMP error about that one request. Delays are between the kernel's two stamps.
 */
@NullMarked
package io.sentinelmesh.probe.udp;

import org.jspecify.annotations.NullMarked;
