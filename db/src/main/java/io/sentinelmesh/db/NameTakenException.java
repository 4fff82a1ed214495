package io.sentinelmesh.db;

import java.io.Serial;

/** Another agent has this name. */
public final class NameTakenException extends StoreException {

    @Serial
    private static final long serialVersionUID = 1L;

    public NameTakenException(String message) {
        super(message);
    }
}
