package io.sentinelmesh.aggregator.api;

import java.io.Serial;

/** A request that cannot be meant as it is written. */
final class BadParameterException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    BadParameterException(String parameter, String wrong, String remedy) {
        super("parameter '" + shown(parameter) + "' is " + wrong + ": " + remedy);
    }

    /** A name that came from outside is echoed only as far as it may be one. */
    private static String shown(String parameter) {
        String clean = parameter.replaceAll("[^A-Za-z0-9_.-]", "?");
        return clean.length() > 40 ? clean.substring(0, 40) : clean;
    }
}
