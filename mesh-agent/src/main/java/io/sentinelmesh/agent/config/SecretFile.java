package io.sentinelmesh.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file with one secret line, which nobody but its owner may read.
 *
 * @param what it is, for messages
 */
public record SecretFile(Path path, String what) {

    private static final int MOST_BYTES = 4_096;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    /** Of a token. */
    public SecretFile(Path path) {
        this(path, "token file");
    }

    /** @throws ConfigException if it can't be read, or others can */
    public String read() {
        try {
            if (Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains)) {
                throw new ConfigException(
                        "the " + what + " " + path + " can be read by others: chmod 600 " + path);
            }
            if (Files.size(path) > MOST_BYTES) {
                throw new ConfigException("the " + what + " " + path + " is too large for a secret");
            }
            return Files.readString(path).strip();
        } catch (IOException e) {
            throw new ConfigException("the " + what + " " + path + " cannot be read (" + e.getMessage() + ")", e);
        }
    }
}
