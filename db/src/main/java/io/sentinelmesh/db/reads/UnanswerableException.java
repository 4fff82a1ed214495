package io.sentinelmesh.db.reads;

import java.io.Serial;

import io.sentinelmesh.db.StoreException;

/** More was asked than one question may cost; the message says what to ask instead. */
public final class UnanswerableException extends StoreException {

    @Serial
    private static final long serialVersionUID = 1L;

    public UnanswerableException(String message) {
        super(message);
    }
}
