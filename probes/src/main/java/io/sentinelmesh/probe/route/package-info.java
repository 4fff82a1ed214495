/**
 * Which way packets go, told by the routers that drop them.
 *
 * <p>
 * A packet whose hop limit runs out is dropped by the router it stands at, and the router says so with an ICMP error. One packet for each hop
 * limit therefore names each router of the way: a traceroute. Three things make it lie, and this package is built around them. Routers that
 * have several links of equal cost choose by the packet's addresses and ports, so all packets of one <em>flow</em> carry the same ones (Paris
 * traceroute), and several flows are sent, so that the other links are seen too. Routers limit how many errors they send (Linux: bursts of six
 * to one destination, then one a second), so a missing answer from the middle of the way says nothing about the packets that pass there: it is
 * called "maybe rate-limited", never loss. And the answer is quick for one hop and slow for another, so nothing waits for its turn: all hop
 * limits of a flow leave in one system call, and each answer names the packet it is about by what it quotes of it.
 *
 * <p>
 * No privilege is needed: the kernel hands ICMP errors about a datagram socket's own packets to its owner (IP_RECVERR).
 */
@NullMarked
package io.sentinelmesh.probe.route;

import org.jspecify.annotations.NullMarked;
