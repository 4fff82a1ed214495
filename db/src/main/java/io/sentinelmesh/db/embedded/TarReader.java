package io.sentinelmesh.db.embedded;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.function.Predicate;

/** Unpacks the files, folders and symbolic links of a ustar archive (POSIX.1-1988); long names in the GNU way. */
final class TarReader {

    private static final int BLOCK_BYTES = 512;
    private static final int MAX_NAME_BYTES = 4096;
    private static final Set<PosixFilePermission> EXECUTABLE = Set.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    private TarReader() {
    }

    /**
     * @param wanted by the name inside the archive; what it refuses is skipped
     * @throws IOException if the archive is damaged or names a place outside the folder
     */
    static void unpack(InputStream archive, Path folder, Predicate<String> wanted) throws IOException {
        String longName = "";
        while (true) {
            byte[] header = archive.readNBytes(BLOCK_BYTES);
            if (header.length == 0 || isZero(header)) {
                return;
            }
            if (header.length < BLOCK_BYTES) {
                throw new EOFException("archive ends inside a header");
            }
            long size = Long.parseLong(text(header, 124, 12).strip(), 8);
            char type = (char) header[156];
            if (type == 'L') {
                if (size > MAX_NAME_BYTES) {
                    throw new IOException("archive has a name of " + size + " bytes");
                }
                longName = text(readPadded(archive, size), 0, (int) size);
                continue;
            }
            String prefix = text(header, 345, 155);
            String name = !longName.isEmpty()
                    ? longName
                    : (prefix.isEmpty() ? "" : prefix + "/") + text(header, 0, 100);
            longName = "";
            Path target = inside(folder, name);
            if (!wanted.test(name)) {
                archive.skipNBytes(padded(size));
                continue;
            }
            switch (type) {
                case '5' -> Files.createDirectories(target);
                case '2' -> {
                    Path linked = Path.of(text(header, 157, 100));
                    inside(folder, folder.relativize(target.resolveSibling(linked)).toString());
                    createParent(target);
                    Files.createSymbolicLink(target, linked);
                }
                case '0', '\0' -> {
                    createParent(target);
                    try (OutputStream out = Files.newOutputStream(target)) {
                        copy(archive, out, size);
                    }
                    archive.skipNBytes(padded(size) - size);
                    if ((Integer.parseInt(text(header, 100, 8).strip(), 8) & 0100) != 0) {
                        Files.setPosixFilePermissions(target, EXECUTABLE);
                    }
                }
                default -> throw new IOException("archive has an entry of type '" + type + "': " + name);
            }
        }
    }

    private static Path inside(Path folder, String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder.normalize())) {
            throw new IOException("archive names a place outside its folder: " + name);
        }
        return target;
    }

    private static void createParent(Path target) throws IOException {
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
    }

    private static void copy(InputStream in, OutputStream out, long size) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("archive ends inside a file");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static byte[] readPadded(InputStream in, long size) throws IOException {
        byte[] bytes = in.readNBytes((int) padded(size));
        if (bytes.length < size) {
            throw new EOFException("archive ends inside a name");
        }
        return bytes;
    }

    private static long padded(long size) {
        return (size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] block, int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return new String(block, from, end - from, StandardCharsets.UTF_8);
    }
}
