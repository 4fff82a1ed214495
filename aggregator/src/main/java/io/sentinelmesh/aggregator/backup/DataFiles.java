package io.sentinelmesh.aggregator.backup;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** The small files of a data folder: the authority, tokens, secrets, the aggregator's id. Neither the database nor what is only remembered. */
final class DataFiles {

    /** A folder with more than this is not an aggregator's. */
    static final int MOST_FILES = 1_000;
    static final int MOST_BYTES = 16 * 1024 * 1024;

    /** The database's own folder, and the addresses of members that were met last. */
    private static final Set<String> LEFT_OUT = Set.of("postgres", "members");

    private static final String PREPARED = ".restored-";

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
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<Path>() {
                private long bytes;

                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    // Not even looked into: a running database's files come and go.
                    return !directory.equals(folder) && isLeftOut(folder.relativize(directory))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Path relative = folder.relativize(file);
                    if (attributes.isRegularFile() && !isLeftOut(relative)) {
                        names.add(relative.toString());
                        bytes += attributes.size();
                        if (names.size() > MOST_FILES || bytes > MOST_BYTES) {
                            throw tooMuch();
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            throw new BackupException("cannot look through the data folder " + folder + ": " + unreadable, unreadable);
        }
        return names.stream().sorted().toList();
    }

    private BackupException tooMuch() {
        return new BackupException("the data folder " + folder + " has more than " + MOST_FILES + " files or "
                + MOST_BYTES / (1024 * 1024)
                + " MB beside the database: move what does not belong to the aggregator out of it");
    }

    static boolean isLeftOut(Path relative) {
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
     * Each only for its owner, in a folder that {@link #names} passes over: until {@link #takeOver} there is nothing.
     *
     * @param files by name
     * @return that folder
     */
    Path prepare(Map<String, byte[]> files) throws IOException {
        makePrivate(folder);
        Path prepared = Files.createTempDirectory(folder, PREPARED);
        try {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                Path file = prepared.resolve(each.getKey());
                makePrivate(folderOf(file));
                Files.createFile(file,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(file, each.getValue(), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            }
        } catch (IOException failure) {
            discard(prepared);
            throw failure;
        }
        return prepared;
    }

    static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    }

    private static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** What was prepared takes its place. */
    void takeOver(Path prepared, Collection<String> names) throws IOException {
        for (String name : names) {
            makePrivate(folderOf(file(name)));
            Files.move(prepared.resolve(name), file(name), StandardCopyOption.ATOMIC_MOVE);
        }
        discard(prepared);
    }

    /** Also what an earlier one, cut short, has left: it holds secrets. */
    void discardLeftovers() throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PREPARED + "*")) {
                for (Path each : left) {
                    discard(each);
                }
            }
        }
    }

    static void discard(Path prepared) throws IOException {
        Files.walkFileTree(prepared, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
