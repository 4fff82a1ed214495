package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

import io.sentinelmesh.db.StoreException;

/** The server's one password: random, in a file that only its owner may read. */
record Password(String text) {

    private static final int RANDOM_BYTES = 24;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    static Password readOrCreate(Path file, boolean databaseExists) throws IOException {
        if (Files.exists(file)) {
            return new Password(Files.readString(file).strip());
        }
        if (databaseExists) {
            throw new StoreException("the password of the embedded database is missing: put " + file
                    + " back from a backup, or move the folder pgdata beside it away to start empty");
        }
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Password password = new Password(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        password.writeTo(file);
        return password;
    }

    /** Never readable by others, not even for the moment between making and restricting it. */
    void writeTo(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(file, text + "\n", StandardOpenOption.WRITE);
    }

    @Override
    public String toString() {
        return "Password[hidden]";
    }
}
