package io.sentinelmesh.aggregator.door;

import java.io.Serial;

/** A body that can't be meant as it is. The message names the member and the remedy. */
final class BadBodyException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    BadBodyException(String message) {
        super(message);
    }
}
