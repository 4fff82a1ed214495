package io.sentinelmesh.agent.identity;

import java.io.Serial;

/** The data folder cannot be used; the message says what to do. */
public final class DataFolderException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public DataFolderException(String message) {
        super(message);
    }

    public DataFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
