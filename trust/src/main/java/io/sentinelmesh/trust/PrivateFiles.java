package io.sentinelmesh.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Files that nobody but their owner may read, replaced as a whole or not at all: a crash leaves the old or the new one, never half of one. */
final class PrivateFiles {

    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private PrivateFiles() {
    }

    /** Makes it with mode 0700, and what is missing above it. @throws TrustException if it is there and others may enter it */
    static void folder(Path folder) {
        try {
            if (Files.isDirectory(folder)) {
                requireOwnerOnly(folder, "700");
            } else {
                Files.createDirectories(folder, FOLDER_MODE);
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new TrustException("cannot make the folder " + folder + " (" + reason(e)
                    + "): make its parent writable, or choose another place", e);
        }
    }

    /** Makes the folder of this file, with mode 0700, if there is none. One that is there may be open to others: the file is not. */
    static void parentOf(Path file) {
        Path parent = folderOf(file);
        if (!Files.isDirectory(parent)) {
            folder(parent);
        }
    }

    /** Empty if there is none. @throws TrustException if others may read it, or it holds more than that */
    static Optional<byte[]> read(Path file, int mostBytes) {
        try {
            requireOwnerOnly(file, "600");
            return Optional.of(bounded(file, mostBytes));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            throw new TrustException("cannot read " + file + " (" + reason(e) + ")", e);
        }
    }

    /** Whoever may read it. */
    static byte[] bounded(Path file, int mostBytes) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] content = stream.readNBytes(mostBytes + 1);
            if (content.length > mostBytes) {
                throw new TrustException(
                        file + " holds more than " + mostBytes + " bytes: it is something else. Name the right file");
            }
            return content;
        }
    }

    /** With mode 0600. */
    static void write(Path file, byte[] content) {
        Path staged = stage(file, content);
        try {
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolderOf(file);
        } catch (IOException e) {
            throw discarded(staged, file, e);
        }
    }

    /** With mode 0600. False, and nothing changed, if there is one already: of two that make it at once, one does. */
    static boolean writeNew(Path file, byte[] content) {
        Path staged = stage(file, content);
        try {
            // Unlike a rename, a link never replaces.
            Files.createLink(file, staged);
            Files.delete(staged);
            syncFolderOf(file);
            return true;
        } catch (FileAlreadyExistsException _) {
            discard(staged);
            return false;
        } catch (IOException | UnsupportedOperationException e) {
            throw discarded(staged, file, e);
        }
    }

    private static Path stage(Path file, byte[] content) {
        Path staged = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            // What a crash left there may be readable by others.
            Files.deleteIfExists(staged);
            try (FileChannel channel = FileChannel.open(staged,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            return staged;
        } catch (IOException | UnsupportedOperationException e) {
            throw discarded(staged, file, e);
        }
    }

    /** The new name itself must outlive a power cut too. */
    private static void syncFolderOf(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(folderOf(file), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static Path folderOf(Path file) {
        return Optional.ofNullable(file.toAbsolutePath().getParent())
                .orElseThrow(() -> new TrustException(file + " is no file: name one"));
    }

    private static TrustException discarded(Path staged, Path file, Exception cause) {
        discard(staged);
        return new TrustException("cannot write " + file + " (" + reason(cause)
                + "): it is as it was. Look for room and write permission in its folder", cause);
    }

    private static void discard(Path staged) {
        try {
            Files.deleteIfExists(staged);
        } catch (IOException _) {
            // The reason why it could not be written is the one to tell; the next writer deletes it.
        }
    }

    private static void requireOwnerOnly(Path path, String mode) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (!OWNERS.containsAll(permissions)) {
            throw new TrustException(path + " is open to others than its owner ("
                    + PosixFilePermissions.toString(permissions) + "): chmod " + mode + " " + path);
        }
    }

    /** A file exception's message is often no more than the file's name. */
    static String reason(Exception e) {
        String name = e.getClass().getSimpleName().replace("Exception", "");
        return e.getMessage() == null ? name : name + ": " + e.getMessage();
    }
}
