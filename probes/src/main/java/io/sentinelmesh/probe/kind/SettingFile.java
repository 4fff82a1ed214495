package io.sentinelmesh.probe.kind;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A file that a setting names. */
public final class SettingFile {

    private static final Set<PosixFilePermission> OWNERS_ONLY = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private SettingFile() {
    }

    /**
     * Its content; empty if that is more. A pipe or a device tells no size and may go on for ever, so it is read only that far.
     *
     * @param mostBytes it may hold
     */
    public static Optional<byte[]> read(Path file, int mostBytes) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] content = stream.readNBytes(mostBytes + 1);
            return content.length > mostBytes ? Optional.empty() : Optional.of(content);
        }
    }

    /**
     * The same as text, without space around it.
     *
     * @throws IOException also if it is not UTF-8
     */
    public static Optional<String> readText(Path file, int mostBytes) throws IOException {
        Optional<byte[]> content = read(file, mostBytes);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        return Optional
                .of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content.get())).toString().strip());
    }

    /**
     * Of a file that holds a secret. Where files have no owner's rights, nothing is asked for.
     *
     * @throws BadRequestException if others than its owner may do anything with it
     */
    public static void requirePrivate(String setting, Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNERS_ONLY.containsAll(permissions)) {
            throw new BadRequestException(setting + ": " + file + " may be read by others than its owner ("
                    + PosixFilePermissions.toString(permissions) + "): chmod 600 " + file);
        }
    }
}
