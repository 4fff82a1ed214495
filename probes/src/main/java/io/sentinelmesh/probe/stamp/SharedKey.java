package io.sentinelmesh.probe.stamp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

import io.sentinelmesh.probe.kind.BadRequestException;
import io.sentinelmesh.probe.kind.SettingFile;

/**
 * What sender and reflector of the authenticated mode share. In a file: one line, its characters are the key; or {@code hex:} and hexadecimal
 * digits. 16 to 64 bytes (RFC 2104: shorter is weak, longer would be hashed first). Never in a text or a log.
 */
public final class SharedKey {

    static final int LEAST_BYTES = 16;
    static final int MOST_BYTES = 64;
    private static final int MOST_FILE_BYTES = 256;
    private static final String HEX = "hex:";

    private final byte[] bytes;

    SharedKey(byte[] bytes) {
        if (bytes.length < LEAST_BYTES || bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "a key has " + LEAST_BYTES + " to " + MOST_BYTES + " bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /** @throws BadRequestException if it can't be read, is not a key, or others may read it */
    public static SharedKey read(Path file) {
        try {
            SettingFile.requirePrivate("key-file", file);
            return parse(SettingFile.readText(file, MOST_FILE_BYTES).orElseThrow(
                    () -> new BadRequestException("key-file: " + file + " is larger than a key can be")));
        } catch (IOException e) {
            throw new BadRequestException("key-file: can't read " + file + ": check the path and who owns it", e);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("key-file: " + file + ": " + e.getMessage()
                    + "; make one with: (umask 077; printf 'hex:%s\\n' \"$(openssl rand -hex 32)\" >FILE)", e);
        }
    }

    private static SharedKey parse(String text) {
        if (text.startsWith(HEX)) {
            String digits = text.substring(HEX.length()).strip();
            if (!digits.matches("(?:[0-9a-fA-F]{2})*")) {
                // Not the JDK's message: it would show a part of the key.
                throw new IllegalArgumentException("after " + HEX + " come hexadecimal digits, two for each byte");
            }
            return new SharedKey(HexFormat.of().parseHex(digits));
        }
        return new SharedKey(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return "a key of " + bytes.length + " bytes";
    }
}
