package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The {@link Books} on disk, in two places that are written in turn, so that a crash in the middle of one leaves the other. Its room is taken
 * when it is made: a disk that has become full does not keep the cursor from moving.
 */
final class StateFile implements AutoCloseable {

    static final String NAME = "state";
    /** Apart by a block of any usual file system, so that one bad block cannot take both. */
    private static final int SLOT_DISTANCE = 4096;
    private static final int SLOTS = 2;

    private final Path file;
    private @Nullable FileChannel channel;
    private int nextSlot;

    StateFile(Path folder) {
        this.file = folder.resolve(NAME);
    }

    /** The newest books that are whole. */
    static Optional<Books> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<Books> newest = Optional.empty();
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int slot = 0; slot < SLOTS; slot++) {
                ByteBuffer bytes = ByteBuffer.allocate(Books.BYTES);
                while (bytes.hasRemaining()
                        && from.read(bytes, (long) slot * SLOT_DISTANCE + bytes.position()) >= 0) {
                    // on to the end of the slot or of the file
                }
                Optional<Books> found = Books.decode(bytes.flip());
                if (found.isPresent() && (newest.isEmpty() || found.get().newerThan(newest.get()))) {
                    newest = found;
                }
            }
        }
        return newest;
    }

    /** Survives the end of this process at once, that of the host after {@link #force}. */
    void write(Books books) throws IOException {
        FileChannel to = open(books);
        put(to, nextSlot, books);
        nextSlot = (nextSlot + 1) % SLOTS;
    }

    void force(Books books) throws IOException {
        // Both places: whichever a later crash spoils, what was forced is in the other.
        write(books);
        write(books);
        open(books).force(false);
    }

    private FileChannel open(Books books) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel = open;
            if (open.size() < SLOT_DISTANCE + Books.BYTES) {
                for (int slot = 0; slot < SLOTS; slot++) {
                    put(open, slot, books);
                }
                open.force(true);
            }
        }
        return open;
    }

    private static void put(FileChannel to, int slot, Books books) throws IOException {
        ByteBuffer bytes = books.encoded();
        while (bytes.hasRemaining()) {
            to.write(bytes, (long) slot * SLOT_DISTANCE + bytes.position());
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
