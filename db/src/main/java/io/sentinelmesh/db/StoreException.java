package io.sentinelmesh.db;

import java.io.Serial;

/** The database did not do what was asked; the message says what to look at. */
public class StoreException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
