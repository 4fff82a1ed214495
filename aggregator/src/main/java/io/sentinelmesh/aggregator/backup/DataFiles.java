package io.sentinelmesh.aggregator.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The small files of a data folder: the authority, tokens, secrets, the aggregator's id. Neither the database nor what is only remembered. */
final class DataFiles {

    /** A folder with more than this is not an aggregator's. */
    static final int MOST_FILES = 1_000;
    static final int MOST_BYTES = 16 * 1024 * 1024;

    /** The database's own folder, and the addresses of members that were met last. */
    private static final Set<String> LEFT_OUT = Set.of("postgres", "members");

    private final Path folder;

    DataFiles(Path folder) {
        this.folder = folder;
    }

    /** Relative to the folder, sorted. Files whose names begin with a dot are unfinished or locks. */
    List<String> names() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        long bytes = 0;
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) walk::iterator) {
                Path relative = folder.relativize(file);
                if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || isLeftOut(relative)) {
                    continue;
                }
                names.add(relative.toString());
                bytes += Files.size(file);
                if (names.size() > MOST_FILES || bytes > MOST_BYTES) {
                    throw new BackupException("the data folder " + folder + " has more than " + MOST_FILES
                            + " files or " + MOST_BYTES / (1024 * 1024)
                            + " MB beside the database: move what does not belong to the aggregator out of it");
                }
            }
        } catch (IOException unreadable) {
            throw new BackupException("cannot look through the data folder " + folder + ": " + unreadable, unreadable);
        }
        return names.stream().sorted().toList();
    }

    private static boolean isLeftOut(Path relative) {
        if (LEFT_OUT.contains(relative.getName(0).toString()) || relative.endsWith("lock")) {
            return true;
        }
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /**
     * Whole, each only for its owner, and never over what is there.
     *
     * @param files by name
     */
    void write(Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            Path file = file(each.getKey());
            Path parent = file.toAbsolutePath().getParent();
            if (Files.notExists(parent)) {
                Files.createDirectories(parent, PosixFilePermissions
                        .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path unfinished = Files.createTempFile(parent, ".restored-", "");
            Files.write(unfinished, each.getValue(), StandardOpenOption.SYNC);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** What {@link #write} wrote; folders stay. */
    void remove(Collection<String> names) throws IOException {
        for (String name : names) {
            Files.deleteIfExists(file(name));
        }
    }
}
