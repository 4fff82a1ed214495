package io.sentinelmesh.aggregator;

import java.io.Serial;

/** The aggregator cannot start; the message is one line that says why and what to do. */
final class StartupException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What was asked for makes no sense. */
    static final int BAD_INPUT = 2;
    /** It makes sense, but this host does not have it now. */
    static final int FAILED = 1;

    private final int exitCode;

    private StartupException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static StartupException badInput(String message) {
        return new StartupException(BAD_INPUT, message);
    }

    static StartupException failed(String message) {
        return new StartupException(FAILED, message);
    }

    int exitCode() {
        return exitCode;
    }
}
