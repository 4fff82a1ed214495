package io.sentinelmesh.aggregator.access;

import java.io.Serial;

/** The token's file is not fit to be trusted; the message says what to do. */
public final class TokenFileException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    TokenFileException(String message) {
        super(message);
    }
}
