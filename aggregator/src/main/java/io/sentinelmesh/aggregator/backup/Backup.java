package io.sentinelmesh.aggregator.backup;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.Stores;
import io.sentinelmesh.db.dump.DumpListener;
import io.sentinelmesh.db.dump.StoreDump;

/** Makes a backup: a ZIP file, so that its parts can be looked at, each with its check sum. */
public final class Backup {

    static final String TABLES = "tables/";
    static final String FILES = "files/";

    private Backup() {
    }

    /**
     * The file is there whole or not at all, and only its owner may read it: it holds the authority's key.
     *
     * @param target must not exist
     * @return its size in bytes
     * @throws BackupException, StoreException with what to do about it
     */
    public static long make(Path dataFolder, StoreConfig.Target store, Path target, String release, Instant now,
            DumpListener listener) {
        if (Files.exists(target)) {
            throw new BackupException(target + " is there already: name another file, or remove it");
        }
        if (!Files.isDirectory(dataFolder)) {
            throw new BackupException(
                    "there is no data folder " + dataFolder + ": name the aggregator's with --data-dir");
        }
        DataFiles files = new DataFiles(dataFolder);
        // At once, not after an hour of dumping.
        files.names();
        requireOutside(target, dataFolder);
        Path unfinished = unfinished(target);
        try {
            try (ZipOutputStream zip = new ZipOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(unfinished, StandardOpenOption.WRITE)))) {
                zip.setLevel(Deflater.BEST_SPEED);
                StoreDump dump = Stores.dump(store, table -> entry(zip, TABLES + table), listener);
                // After the store: whoever it knows as certified has his authority in the files.
                List<String> names = files.names();
                for (String name : names) {
                    try (OutputStream to = entry(zip, FILES + name)) {
                        Files.copy(files.file(name), to);
                    }
                }
                try (OutputStream to = entry(zip, Manifest.ENTRY)) {
                    to.write(new Manifest(release, now, dump, names).json().getBytes(StandardCharsets.UTF_8));
                }
            }
            try (FileChannel written = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            name(unfinished, target);
            return Files.size(target);
        } catch (FileAlreadyExistsException taken) {
            throw new BackupException(target + " is there already: name another file, or remove it", taken);
        } catch (IOException failure) {
            throw cannotWrite(target, failure);
        } finally {
            try {
                Files.deleteIfExists(unfinished);
            } catch (IOException _) {
                // It says ".part", and the reason is told already.
            }
        }
    }

    /** Else it would be a part of itself. */
    private static void requireOutside(Path target, Path dataFolder) {
        try {
            if (DataFiles.folderOf(target).toRealPath().startsWith(dataFolder.toRealPath())) {
                throw new BackupException(
                        target + " is in the data folder itself: name a file elsewhere, best on another disk");
            }
        } catch (IOException noFolder) {
            throw cannotWrite(target, noFolder);
        }
    }

    private static Path unfinished(Path target) {
        try {
            return Files.createTempFile(DataFiles.folderOf(target), "." + target.getFileName() + "-", ".part",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException failure) {
            throw cannotWrite(target, failure);
        }
    }

    /** A link fails where a move would replace what somebody put there meanwhile; not every file system has links. */
    private static void name(Path unfinished, Path target) throws IOException {
        try {
            Files.createLink(target, unfinished);
        } catch (FileAlreadyExistsException taken) {
            throw taken;
        } catch (IOException | UnsupportedOperationException noLinks) {
            Files.move(unfinished, target);
        }
    }

    private static BackupException cannotWrite(Path target, IOException failure) {
        return new BackupException("cannot write " + target + " (" + failure
                + "): is the folder there, and is there room on the disk?", failure);
    }

    /** Closing it ends the entry and leaves the file open. */
    private static OutputStream entry(ZipOutputStream zip, String name) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        return new FilterOutputStream(zip) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                zip.closeEntry();
            }
        };
    }
}
