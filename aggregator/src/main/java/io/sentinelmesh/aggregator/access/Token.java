package io.sentinelmesh.aggregator.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/** The secret that lets a request in. Kept in a file that only its owner may read. */
public final class Token {

    private static final int RANDOM_BYTES = 32;
    private static final int MOST_FILE_BYTES = 1_024;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private final byte[] secret;

    Token(String text) {
        this.secret = text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the token, or makes one at the first start.
     *
     * @throws TokenFileException if others than the owner may read the file, or it is no token
     * @throws IOException if the file cannot be read or written
     */
    public static Token inFile(Path file) throws IOException {
        if (Files.notExists(file)) {
            make(file);
        }
        for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
            if (OTHERS.contains(permission)) {
                throw new TokenFileException("others may read or change " + file + " (mode "
                        + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                        + "): whoever did has this token. Delete the file so that a new one is made, or run chmod 600 "
                        + file);
            }
        }
        if (Files.size(file) > MOST_FILE_BYTES) {
            throw new TokenFileException(file + " is too large for a token: delete it so that a new one is made");
        }
        String text = Files.readString(file).strip();
        if (text.length() < 32) {
            throw new TokenFileException(
                    file + " holds no token of at least 32 characters: delete it so that a new one is made");
        }
        return new Token(text);
    }

    private static void make(Path file) throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        try {
            // The mode is there from the first moment, not set afterwards.
            Files.createFile(file,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text + "\n");
        } catch (FileAlreadyExistsException madeMeanwhile) {
            // Another start was faster; its token is as good.
        }
    }

    /** Takes the same time whatever was offered. */
    boolean matches(String offered) {
        return MessageDigest.isEqual(secret, offered.getBytes(StandardCharsets.UTF_8));
    }

    byte[] secret() {
        return secret.clone();
    }

    @Override
    public String toString() {
        return "Token[hidden]";
    }
}
