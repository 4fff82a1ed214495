package io.sentinelmesh.aggregator.api;

/** Text from a request's parameters that goes to the database, which has no room for every character. */
final class PlainText {

    private PlainText() {
    }

    /** @throws BadParameterException if there are control characters in it, of which PostgreSQL refuses NUL */
    static String of(String parameter, String text) {
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new BadParameterException(parameter, "not plain text", "leave out control characters");
        }
        return text;
    }
}
