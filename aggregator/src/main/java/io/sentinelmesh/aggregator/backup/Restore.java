package io.sentinelmesh.aggregator.backup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import io.sentinelmesh.db.StoreConfig;
import io.sentinelmesh.db.Stores;
import io.sentinelmesh.db.dump.DumpListener;

/** Loads a backup where nothing is yet. */
public final class Restore {

    private static final int MOST_MANIFEST_BYTES = 1024 * 1024;

    private Restore() {
    }

    /** What was loaded. */
    public record Loaded(String release, Instant madeAt, long rows, int files) {
    }

    /**
     * @throws BackupException, StoreException with what to do about it; then nothing was loaded
     */
    public static Loaded load(Path backup, Path dataFolder, StoreConfig.Target store, DumpListener listener) {
        try (ZipFile zip = new ZipFile(backup.toFile())) {
            Manifest manifest = Manifest
                    .parse(new String(bytes(zip, Manifest.ENTRY, MOST_MANIFEST_BYTES), StandardCharsets.UTF_8));
            Map<String, byte[]> files = files(zip, manifest.files());
            DataFiles folder = new DataFiles(dataFolder);
            requireUnused(folder, dataFolder);
            folder.discardLeftovers();
            // First, for a full disk is better met before the database is loaded; in their places last, when all of it is there.
            Path prepared = folder.prepare(files);
            try {
                Stores.load(store, manifest.store(), table -> open(zip, Backup.TABLES + table), listener);
            } catch (RuntimeException notLoaded) {
                DataFiles.discard(prepared);
                throw notLoaded;
            }
            folder.takeOver(prepared, files.keySet());
            long rows = manifest.store().tables().stream().mapToLong(table -> table.rows()).sum();
            return new Loaded(manifest.release(), manifest.madeAt(), rows, files.size());
        } catch (ZipException damaged) {
            throw new BackupException(backup + " is not a whole backup (" + damaged.getMessage()
                    + "): take another copy of it", damaged);
        } catch (IOException failure) {
            throw new BackupException("cannot load " + backup + " into " + dataFolder + ": " + failure, failure);
        }
    }

    private static void requireUnused(DataFiles folder, Path dataFolder) {
        List<String> present = folder.names();
        if (!present.isEmpty()) {
            throw new BackupException("there is an aggregator's data in " + dataFolder + " (" + present.getFirst()
                    + "): name an empty folder, or move this one away");
        }
    }

    private static Map<String, byte[]> files(ZipFile zip, List<String> names) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int room = DataFiles.MOST_BYTES;
        for (String name : names) {
            Path path = Path.of(name).normalize();
            if (path.isAbsolute() || path.startsWith("..") || !path.toString().equals(name)
                    || DataFiles.isLeftOut(path)
                    || files.size() >= DataFiles.MOST_FILES) {
                throw new BackupException("the file names '" + name + "' as a part of the data folder: it is damaged");
            }
            byte[] bytes = bytes(zip, Backup.FILES + name, room);
            room -= bytes.length;
            files.put(name, bytes);
        }
        return files;
    }

    private static byte[] bytes(ZipFile zip, String name, int most) throws IOException {
        try (InputStream in = open(zip, name)) {
            byte[] bytes = in.readNBytes(most);
            if (in.read() >= 0) {
                throw new ZipException(name + " is longer than " + most + " bytes");
            }
            return bytes;
        }
    }

    /** ZipFile itself does not look at the check sums. */
    private static InputStream open(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new ZipException(name + " is missing in it");
        }
        CheckedInputStream checked = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
        return new FilterInputStream(checked) {
            @Override
            public int read() throws IOException {
                int read = super.read();
                atEnd(read);
                return read;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                atEnd(read);
                return read;
            }

            private void atEnd(int read) throws ZipException {
                if (read < 0 && checked.getChecksum().getValue() != entry.getCrc()) {
                    throw new ZipException("the check sum of " + name + " is wrong");
                }
            }
        };
    }
}
