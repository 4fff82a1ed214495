package io.sentinelmesh.probe.kind;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingFileTest {

    @TempDir
    Path folder;

    @Test
    void as_much_as_it_may_hold_is_read_and_not_a_byte_more() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), " four\n");

        assertThat(SettingFile.readText(file, 6)).hasValue("four");
        assertThat(SettingFile.readText(file, 5)).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void what_tells_no_size_and_never_ends_is_not_read_for_ever() throws IOException {
        assertThat(SettingFile.read(Path.of("/dev/zero"), 256)).isEmpty();
    }

    @Test
    void what_is_no_text_is_not_taken_for_one() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[]{(byte) 0xff, 'x'});

        assertThatThrownBy(() -> SettingFile.readText(file, 6)).isInstanceOf(CharacterCodingException.class);
    }
}
