package io.sentinelmesh.membership.tls;

import java.io.EOFException;
import java.io.Serial;

/**
 * This connection ends because of what the peer did, was, or did not do. An end of file to Hazelcast, because for that it writes one line, not a
 * stack trace: anybody who reaches the port can cause it as often as they like.
 */
final class RefusedConnectionException extends EOFException {

    @Serial
    private static final long serialVersionUID = 1L;

    RefusedConnectionException(String reason) {
        super(reason);
    }

    RefusedConnectionException(String reason, Throwable cause) {
        super(reason);
        initCause(cause);
    }
}
