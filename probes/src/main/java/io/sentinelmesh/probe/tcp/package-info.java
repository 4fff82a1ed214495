/**
 * The rung below ICMP: the time a TCP handshake takes, or its refusal. It needs no permission and is less exact (the time is the engine's, not
 * the kernel's), so results carry their own kind and are never shown as an echo's.
 */
@NullMarked
package io.sentinelmesh.probe.tcp;

import org.jspecify.annotations.NullMarked;
