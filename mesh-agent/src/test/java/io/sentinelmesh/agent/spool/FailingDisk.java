package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** A real folder on a disk that refuses what it is told to refuse. */
final class FailingDisk implements Disk {

    private final Disk real = new FileDisk();
    private Optional<String> refusesWrites = Optional.empty();
    private boolean refusesDeletes;
    private boolean forgetsOnForce;
    private long room = Long.MAX_VALUE;
    int forced;

    void refuseWrites(String why) {
        refusesWrites = Optional.of(why);
    }

    void refuseDeletes() {
        refusesDeletes = true;
    }

    void failForce() {
        forgetsOnForce = true;
    }

    /** So many bytes more, then no space. */
    void room(long bytes) {
        room = bytes;
    }

    void mend() {
        refusesWrites = Optional.empty();
        refusesDeletes = false;
        forgetsOnForce = false;
        room = Long.MAX_VALUE;
    }

    private void check() throws IOException {
        if (refusesWrites.isPresent()) {
            throw new IOException(refusesWrites.get());
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        check();
        return new FailingOutput(real.create(file));
    }

    @Override
    public void delete(Path file) throws IOException {
        if (refusesDeletes) {
            throw new IOException("Read-only file system");
        }
        real.delete(file);
    }

    private final class FailingOutput implements Output {

        private final Output out;

        FailingOutput(Output out) {
            this.out = out;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            check();
            if (bytes.remaining() > room) {
                // As a full file system does: a part of it is there.
                out.write(bytes.slice(bytes.position(), (int) room));
                room = 0;
                throw new IOException("No space left on device");
            }
            room -= bytes.remaining();
            out.write(bytes);
        }

        @Override
        public void force() throws IOException {
            check();
            if (forgetsOnForce) {
                throw new IOException("Input/output error");
            }
            // Counted, not done: these tests crash no host, and a real one takes milliseconds.
            forced++;
        }

        @Override
        public void truncate(long bytes) throws IOException {
            check();
            if (forgetsOnForce) {
                throw new IOException("Input/output error");
            }
            out.truncate(bytes);
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
