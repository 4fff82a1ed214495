/**
 * A web server asked as a program would: the name looked up, a new connection made, TLS shaken hands, the request sent, the answer read to its
 * end, redirects followed. Each phase of each hop is timed, for they blame different people: the name service, the network (one round trip of
 * {@code connect}), the server's processor ({@code tls}), the application ({@code first byte}) and the way's width ({@code transfer}).
 *
 * <p>
 * The times are those of {@link io.sentinelmesh.probe.exchange}: what a user feels, not what the wire shows.
 */
@NullMarked
package io.sentinelmesh.probe.http;

import org.jspecify.annotations.NullMarked;
