package io.sentinelmesh.db.embedded;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TarReaderTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

    @Test
    void files_folders_links_and_the_right_to_execute_come_out() throws IOException {
        entry("lib/", '5', "0000755", "", "");
        entry("lib/a.so.1", '0', "0000644", "", "library");
        entry("lib/a.so", '2', "0000777", "a.so.1", "");
        entry("bin/run", '0', "0000755", "", "program");
        entry("lib/skipped.a", '0', "0000644", "", "static");

        TarReader.unpack(end(), folder, name -> !name.endsWith(".a"));

        assertThat(folder.resolve("lib/a.so")).isSymbolicLink().hasContent("library");
        assertThat(folder.resolve("bin/run")).isExecutable().hasContent("program");
        assertThat(Files.isExecutable(folder.resolve("lib/a.so.1"))).isFalse();
        assertThat(folder.resolve("lib/skipped.a")).doesNotExist();
    }

    @Test
    void an_archive_cannot_write_outside_its_folder() {
        entry("../outside", '0', "0000644", "", "x");

        assertThatThrownBy(() -> TarReader.unpack(end(), folder, name -> true)).isInstanceOf(IOException.class)
                .hasMessageContaining("outside");
    }

    @Test
    void a_link_cannot_point_outside_its_folder() {
        entry("link", '2', "0000777", "../../etc", "");

        assertThatThrownBy(() -> TarReader.unpack(end(), folder, name -> true)).isInstanceOf(IOException.class)
                .hasMessageContaining("outside");
    }

    @Test
    void an_archive_cut_off_is_noticed() {
        entry("file", '0', "0000644", "", "0123456789".repeat(100));
        byte[] cut = Arrays.copyOf(archive.toByteArray(), 700);

        assertThatThrownBy(() -> TarReader.unpack(new ByteArrayInputStream(cut), folder, name -> true))
                .isInstanceOf(EOFException.class);
    }

    private void entry(String name, char type, String mode, String link, String content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, mode);
        put(header, 124, "%011o".formatted(content.length()));
        header[156] = (byte) type;
        put(header, 157, link);
        archive.writeBytes(header);
        archive.writeBytes(content.getBytes(StandardCharsets.US_ASCII));
        archive.writeBytes(new byte[(512 - content.length() % 512) % 512]);
    }

    private ByteArrayInputStream end() {
        archive.writeBytes(new byte[1_024]);
        return new ByteArrayInputStream(archive.toByteArray());
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
