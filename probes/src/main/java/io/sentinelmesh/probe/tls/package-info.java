/**
 * A TLS handshake and nothing after it: how long it takes, what it agrees upon, and whether the certificates prove the server's name for long
 * enough. It fits every service that speaks TLS from the first byte on; those that turn to it in mid-conversation (STARTTLS) are not for it.
 */
@NullMarked
package io.sentinelmesh.probe.tls;

import org.jspecify.annotations.NullMarked;
