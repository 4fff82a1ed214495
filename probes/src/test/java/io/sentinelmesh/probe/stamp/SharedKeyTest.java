package io.sentinelmesh.probe.stamp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sentinelmesh.probe.kind.BadRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SharedKeyTest {

    @TempDir
    Path folder;

    private Path file(String text, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void a_line_of_text_is_the_key_itself() throws IOException {
        assertThat(SharedKey.read(file("sixteen letters!\n", "rw-------")).bytes())
                .isEqualTo("sixteen letters!".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void hexadecimal_digits_say_so() throws IOException {
        assertThat(SharedKey.read(file("hex:000102030405060708090a0b0c0d0e0F\n", "r--------")).bytes()).hasSize(16)
                .startsWith(0, 1, 2).endsWith(15);
    }

    @Test
    void a_key_that_others_may_read_is_refused_with_the_remedy() throws IOException {
        Path file = file("sixteen letters!\n", "rw-r-----");

        assertThatThrownBy(() -> SharedKey.read(file)).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void what_is_no_key_is_refused_without_showing_it() throws IOException {
        for (String text : new String[]{"", "too short", "hex:00zz", "x".repeat(65), "x".repeat(10_000)}) {
            Path file = file(text, "rw-------");

            assertThatThrownBy(() -> SharedKey.read(file)).isInstanceOf(BadRequestException.class)
                    .hasMessageNotContainingAny("too short", "00zz", "xxx");
        }
        assertThatThrownBy(() -> SharedKey.read(folder.resolve("absent"))).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("can't read");
    }

    @Test
    void a_key_never_stands_in_a_text() throws IOException {
        assertThat(SharedKey.read(file("sixteen letters!\n", "rw-------"))).hasToString("a key of 16 bytes");
    }
}
