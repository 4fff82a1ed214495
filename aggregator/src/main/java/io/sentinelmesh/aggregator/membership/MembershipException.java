package io.sentinelmesh.aggregator.membership;

import java.io.Serial;

/** This aggregator cannot be a member; the message says what to do. */
public final class MembershipException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    MembershipException(String message, Throwable cause) {
        super(message, cause);
    }
}
