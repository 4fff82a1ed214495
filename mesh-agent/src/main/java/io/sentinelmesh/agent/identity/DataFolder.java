package io.sentinelmesh.agent.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sentinelmesh.measurement.NodeId;

/** The agent's own folder: its identity and what it must remember. Held by one process at a time. */
public final class DataFolder implements AutoCloseable {

    private static final String ID_FILE = "agent-id";
    private static final String LOCK_FILE = "lock";

    private final Path folder;
    private final FileChannel lockChannel;

    private DataFolder(Path folder, FileChannel lockChannel) {
        this.folder = folder;
        this.lockChannel = lockChannel;
    }

    /**
     * @throws DataFolderException if the folder cannot be written or another agent holds it
     */
    public static DataFolder open(Path folder) {
        return openIfFree(folder)
                .orElseThrow(() -> new DataFolderException("another agent is running with the data folder "
                        + folder + ": stop it, or give this one a folder of its own with --data-dir"));
    }

    /**
     * @return empty if another process holds it
     * @throws DataFolderException if the folder cannot be written
     */
    public static Optional<DataFolder> openIfFree(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(folder.resolve(LOCK_FILE), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            @Nullable
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new DataFolder(folder, channel));
        } catch (IOException e) {
            throw new DataFolderException("cannot write the data folder " + folder + " (" + e.getMessage()
                    + "): make it writable or choose another with --data-dir", e);
        }
    }

    /** Who holds a folder. */
    public enum Holder {
        NOBODY, ANOTHER, NOT_OURS
    }

    /** Makes nothing. Not for a process that holds it itself. */
    public static Holder holder(Path folder) {
        Path file = folder.resolve(LOCK_FILE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            @Nullable
            FileLock lock = channel.tryLock();
            return lock == null ? Holder.ANOTHER : Holder.NOBODY;
        } catch (AccessDeniedException e) {
            return Holder.NOT_OURS;
        } catch (IOException nothingThere) {
            return Holder.NOBODY;
        }
    }

    /** This agent's id: made at the first start, the same ever after. */
    public NodeId identity() {
        Path file = folder.resolve(ID_FILE);
        try {
            if (Files.exists(file)) {
                String text = Files.readString(file, StandardCharsets.UTF_8).strip();
                return NodeId.parse(text);
            }
            NodeId made = NodeId.random();
            write(ID_FILE, made + "\n");
            return made;
        } catch (IllegalArgumentException e) {
            throw new DataFolderException(file + " does not hold an agent id (" + e.getMessage()
                    + "): restore it from a backup, or delete it to join as a new agent", e);
        } catch (IOException | UncheckedIOException e) {
            throw new DataFolderException("cannot read or write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Empty if it has none yet. */
    public Optional<NodeId> knownIdentity() {
        return Files.exists(folder.resolve(ID_FILE)) ? Optional.of(identity()) : Optional.empty();
    }

    /** The id that the aggregator knows this agent by. */
    public void adopt(NodeId id) {
        if (!knownIdentity().equals(Optional.of(id))) {
            write(ID_FILE, id + "\n");
        }
    }

    public Path path(String name) {
        return folder.resolve(name);
    }

    /** Replaces a file as a whole: a crash leaves the old or the new text, never half of one. */
    public void write(String name, String text) {
        try {
            Path staged = folder.resolve(name + ".new");
            try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(StandardCharsets.UTF_8.encode(text));
                channel.force(true);
            }
            Files.move(staged, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new DataFolderException("the file system of " + folder + " cannot rename a file atomically", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
        }
    }

    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release the lock of " + folder, e);
        }
    }
}
