package io.sentinelmesh.aggregator.link;

import java.util.Optional;

import io.sentinelmesh.wire.Frame;

/**
 * What an agent may write in its HELLO. PostgreSQL takes no NUL in a text, and its refusal would read as a database that does not answer; other
 * control characters have no place in a line that is shown to people.
 */
final class HelloText {

    private HelloText() {
    }

    /**
     * @return what is wrong and what to do, or empty
     */
    static Optional<String> controlCharacterIn(Frame.Hello hello) {
        return in("version", hello.softwareVersion()).or(() -> in("rung", hello.rung()))
                .or(() -> in("remedy", hello.remedy()));
    }

    private static Optional<String> in(String field, String text) {
        return text.chars().filter(Character::isISOControl).mapToObj(character -> String.format(
                "the %s in HELLO holds a control character (U+%04X): an agent sends one line of plain text there",
                field, character)).findFirst();
    }
}
