package io.sentinelmesh.agent.config;

import java.io.Serial;

/** The configuration cannot be used; the message names the place (file and line, flag or variable) and the remedy. */
public final class ConfigException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
