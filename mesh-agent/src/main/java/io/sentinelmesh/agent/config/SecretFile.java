package io.sentinelmesh.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** A file with one secret line, which nobody but its owner may read. */
public record SecretFile(Path path) {

    private static final int MOST_BYTES = 4_096;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    /** @throws ConfigException if it can't be read, or others can */
    public String read() {
        try {
            if (Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains)) {
                throw new ConfigException(
                        "the token file " + path + " can be read by others: chmod 600 " + path);
            }
            if (Files.size(path) > MOST_BYTES) {
                throw new ConfigException("the token file " + path + " is too large for a token");
            }
            return Files.readString(path).strip();
        } catch (IOException e) {
            throw new ConfigException("the token file " + path + " cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
