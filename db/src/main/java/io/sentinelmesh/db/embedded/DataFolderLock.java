package io.sentinelmesh.db.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.sentinelmesh.db.StoreException;

/** Held by the process that owns the data folder, until it ends however it ends: so whoever holds it may stop a server left behind. */
final class DataFolderLock implements AutoCloseable {

    private final FileChannel channel;

    private DataFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    static DataFolderLock take(Path dataFolder) throws IOException {
        FileChannel channel = FileChannel.open(dataFolder.resolve("embedded.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // This very process holds it: as good as another.
            taken = false;
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        if (!taken) {
            throw new StoreException("another process uses the database in " + dataFolder
                    + ": stop it, or choose another data folder");
        }
        return new DataFolderLock(channel);
    }

    /** Closing the channel gives the lock back. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreException("cannot release the lock of the data folder: " + e.getMessage(), e);
        }
    }
}
