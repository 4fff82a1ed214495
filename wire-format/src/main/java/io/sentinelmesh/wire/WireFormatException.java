package io.sentinelmesh.wire;

import java.io.Serial;

/** Bytes from outside that are not a frame we take. The message says which part and which limit, and is safe to log. */
public final class WireFormatException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public enum Problem {
        TOO_LARGE, TRUNCATED, NOT_A_FRAME, UNSUPPORTED_VERSION, INVALID_CONTENT,
        /** Well-formed, but of a kind that only newer versions know: to be passed over, as if it had not come. */
        UNKNOWN_KIND
    }

    public WireFormatException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public WireFormatException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
