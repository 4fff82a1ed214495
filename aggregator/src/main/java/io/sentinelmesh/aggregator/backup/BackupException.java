package io.sentinelmesh.aggregator.backup;

import java.io.Serial;

/** A backup cannot be made or loaded; the message is one line that says why and what to do. */
public final class BackupException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    BackupException(String message) {
        super(message);
    }

    BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
