package io.sentinelmesh.probe.kind;

/** What was asked for can't be done. The message is one line for people: what is wrong, and the remedy. */
public final class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadRequestException(String message) {
        super(message);
    }

    public BadRequestException(String message, Throwable cause) {
        super(message, cause);
    }
}
