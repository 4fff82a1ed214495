/**
 * What a TCP handshake tells: that it was made and how long its round trip took by the kernel's own measure ({@code tcpi_rtt}), that the port was
 * closed (a reset), or who on the way turned the SYN away (an ICMP error, whose sender every user hears of by the socket's error queue).
 *
 * <p>
 * The same engine is the rung below ICMP echo: it needs no permission. There a reset is as good as a connection, and results carry their own kind
 * and are never shown as an echo's. Times of resets, and where the SYN had to be repeated, are the engine's and less exact than the kernel's.
 */
@NullMarked
package io.sentinelmesh.probe.tcp;

import org.jspecify.annotations.NullMarked;
