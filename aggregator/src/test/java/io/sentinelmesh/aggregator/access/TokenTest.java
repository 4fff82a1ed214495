package io.sentinelmesh.aggregator.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TokenTest {

    @TempDir
    Path dir;

    @Test
    void the_first_start_makes_one_that_only_the_owner_can_read_and_later_starts_keep_it() throws IOException {
        Path file = dir.resolve("api-token");
        Token.inFile(file);
        String made = Files.readString(file).strip();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(made).hasSize(43);
        assertThat(Token.inFile(file).matches(made)).isTrue();
        assertThat(Token.inFile(file).matches(made + "x")).isFalse();
        assertThat(Token.inFile(file).matches("")).isFalse();
        assertThat(Files.list(dir)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
    void a_file_that_others_can_read_or_change_is_not_trusted(String mode) throws IOException {
        Path file = dir.resolve("api-token");
        Token.inFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> Token.inFile(file)).isInstanceOf(TokenFileException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void an_empty_file_is_no_token() throws IOException {
        Path file = Files.createFile(dir.resolve("api-token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));

        assertThatThrownBy(() -> Token.inFile(file)).isInstanceOf(TokenFileException.class)
                .hasMessageContaining("delete it");
    }

    @Test
    void a_session_ends_after_twelve_hours_and_is_bound_to_its_token() {
        Instant start = Instant.parse("2026-11-21T12:00:00Z");
        Token token = new Token("0123456789012345678901234567890123456789");
        String session = new Sessions(token, at(start)).open();

        assertThat(new Sessions(token, at(start.plus(Duration.ofHours(12).minusSeconds(1)))).valid(session)).isTrue();
        assertThat(new Sessions(token, at(start.plus(Duration.ofHours(12)))).valid(session)).isFalse();
        assertThat(new Sessions(new Token("another token, just as long as the other one"), at(start)).valid(session))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1.", "99999999999.", ".x", "9999999999999999999999.x", "-5.x", "1e3.x"})
    void a_session_made_up_is_none(String value) {
        Token token = new Token("0123456789012345678901234567890123456789");

        assertThat(new Sessions(token, Clock.systemUTC()).valid(value)).isFalse();
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }
}
