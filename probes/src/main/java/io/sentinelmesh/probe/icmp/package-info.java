/**
 * ICMP and ICMPv6 echo (RFC 792, RFC 4443). One engine thread sends in batches and reads in batches; the round-trip delay is the kernel's
 * receive timestamp less its transmit timestamp, so neither batching, nor a garbage collection, nor a busy machine is in it.
 *
 * <p>
 * A request carries, as its payload, a random number of this engine and a 64-bit sequence number. An answer counts only if it brings back
 * both: a reply to another program, to an older run or to the packet 65,536 earlier is never taken for ours.
 *
 * <p>
 * {@link io.sentinelmesh.probe.icmp.EchoSocket} is the border: the kernel stands behind it in production, a simulated network in the tests.
 */
@NullMarked
package io.sentinelmesh.probe.icmp;

import org.jspecify.annotations.NullMarked;
