/**
 * ICMP and ICMPv6 echo (RFC 792, RFC 4443), and the closed UDP port where no ICMP socket may be opened. One engine thread sends in batches and reads in batches; the round-trip delay is the kernel's
 * receive timestamp less its transmit timestamp, so neither batching, nor a garbage collection, nor a busy machine is in it.
 *
 * <p>
 * A request carries, as its payload, a random number of this engine and a 64-bit sequence number. An answer counts only if it brings back
 * both: a reply to another program, to an older run or to the packet 65,536 earlier is never taken for ours.
 *
 * <p>
 * What a host does with an echo request it decides in its kernel, so the delay is the path's and the host's load hardly shows; a router in the way
 * answers for itself, with an ICMP error that quotes our packet, and that is a refusal with an offender. A packet under way while this process was
 * held up, or while the clock was set that the stamps are taken from, says nothing of the network: it is disturbed, neither lost nor a delay.
 *
 * <p>
 * {@link io.sentinelmesh.probe.icmp.EchoSocket} is the border: the kernel stands behind it in production, a simulated network in the tests.
 */
@NullMarked
package io.sentinelmesh.probe.icmp;

import org.jspecify.annotations.NullMarked;
