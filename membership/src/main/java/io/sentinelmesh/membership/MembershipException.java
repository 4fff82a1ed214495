package io.sentinelmesh.membership;

import java.io.Serial;

/** The cluster can't be used at present, or this process can't be part of it; the message says why and, where somebody can do something, what. */
public final class MembershipException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public MembershipException(String message, Throwable cause) {
        super(message, cause);
    }
}
