package io.sentinelmesh.trust;

import java.io.Serial;

/** A key, certificate, token or their file can't be used. The message says which, why, and what to do. */
public class TrustException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public TrustException(String message) {
        super(message);
    }

    public TrustException(String message, Throwable cause) {
        super(message, cause);
    }
}
