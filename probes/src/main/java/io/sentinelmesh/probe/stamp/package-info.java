/**
 * STAMP, the Simple Two-way Active Measurement Protocol (RFC 8762, RFC 8972): a sender and a reflector that both take timestamps.
 *
 * <p>
 * Four times belong to a packet: T1 it leaves the sender, T2 it reaches the reflector, T3 the answer leaves, T4 the answer is back. T1, T2 and
 * T4 are the kernels' stamps. (T4 - T1) - (T3 - T2) is the round-trip delay net of the reflector's residence: neither end's scheduler is in it,
 * and the two clocks need not agree. T2 - T1 and T4 - T3 are one-way delays plus and minus the clocks' difference; how much a packet queued
 * more than the quickest ones needs no agreement either: {@link io.sentinelmesh.probe.stamp.RelativeDelay}.
 *
 * <p>
 * Both ends number what they send. What the sender misses in its own numbers is lost; what it misses in the reflector's was lost on the way
 * back; the rest never arrived there. A pair of hosts is probed from several source ports: routers that spread traffic over equal paths take
 * each as a flow of its own, so one broken path of many shows as a few flows that lose all and not as a little loss of everything.
 *
 * <p>
 * {@link io.sentinelmesh.probe.stamp.Reflection} and {@link io.sentinelmesh.probe.stamp.StampMode} are the packet format, pure functions on
 * bytes; {@link io.sentinelmesh.probe.stamp.StampNetwork} is the sender's border to the kernel, or to a simulated network in the tests.
 */
@NullMarked
package io.sentinelmesh.probe.stamp;

import org.jspecify.annotations.NullMarked;
