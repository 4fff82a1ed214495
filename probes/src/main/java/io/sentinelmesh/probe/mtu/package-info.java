/**
 * The largest packet that gets through whole.
 *
 * <p>
 * Every link takes packets up to some size, and the smallest of these sizes on the way is the path's MTU. Packets that say "don't fragment" and
 * are larger are dropped by the router before that link, which should say so and name the size it takes (fragmentation needed, RFC 1191; packet
 * too big, RFC 8201). Where a firewall swallows that message, small packets pass and large ones vanish: a black hole, in which connections open
 * and then hang. So the search first asks whether small packets are answered, believes what a router tells, and halves the interval where nobody
 * tells anything (RFC 4821 has the idea).
 *
 * <p>
 * A size has passed when the destination answers it. Many hosts limit how often they answer, so silence at one size is believed only if a small
 * packet sent behind it is answered.
 */
@NullMarked
package io.sentinelmesh.probe.mtu;

import org.jspecify.annotations.NullMarked;
