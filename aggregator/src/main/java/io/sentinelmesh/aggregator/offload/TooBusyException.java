package io.sentinelmesh.aggregator.offload;

import java.io.Serial;

/** More is asked at once than this process takes on. */
public final class TooBusyException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    TooBusyException(String message) {
        super(message);
    }
}
