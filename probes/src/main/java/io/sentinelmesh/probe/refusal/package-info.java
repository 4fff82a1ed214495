/** What turns a test packet away means: ICMP errors from the network, and this host's own routing and firewall. Shared by all kinds. */
@NullMarked
package io.sentinelmesh.probe.refusal;

import org.jspecify.annotations.NullMarked;
