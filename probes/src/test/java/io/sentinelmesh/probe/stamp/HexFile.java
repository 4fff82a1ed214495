package io.sentinelmesh.probe.stamp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Packets in files: hexadecimal digits, lines that begin with # say what it is. */
final class HexFile {

    private HexFile() {
    }

    static byte[] read(String name) {
        try (InputStream file = HexFile.class.getResourceAsStream("/stamp/" + name + ".hex")) {
            if (file == null) {
                throw new AssertionError("no file " + name);
            }
            String digits = new String(file.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#")).map(line -> line.replace(" ", ""))
                    .collect(Collectors.joining());
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
