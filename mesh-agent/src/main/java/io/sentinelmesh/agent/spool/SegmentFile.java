package io.sentinelmesh.agent.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** A segment opened to be read. */
final class SegmentFile implements AutoCloseable {

    private final FileChannel channel;
    private final Optional<Books> books;

    private SegmentFile(FileChannel channel, Optional<Books> books) {
        this.channel = channel;
        this.books = books;
    }

    static SegmentFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            ByteBuffer header = ByteBuffer.allocate(Segment.HEADER_BYTES);
            while (header.hasRemaining() && channel.read(header, header.position()) >= 0) {
                // on to the end of the header or of the file
            }
            header.flip();
            boolean ours = Arrays.mismatch(header.array(), 0, Segment.MAGIC.length, Segment.MAGIC, 0,
                    Segment.MAGIC.length) < 0;
            Optional<Books> books = ours && header.limit() == Segment.HEADER_BYTES
                    ? Books.decode(header.slice(Segment.MAGIC.length, Books.BYTES))
                    : Optional.empty();
            return new SegmentFile(channel, books);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    static ByteBuffer header(Books books) {
        return ByteBuffer.allocate(Segment.HEADER_BYTES).put(Segment.MAGIC).put(books.encoded()).flip();
    }

    /** As they were when the segment was begun; empty if its header is damaged. */
    Optional<Books> books() {
        return books;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Where the header is damaged its length is still known, and the search for a whole record passes over what is left of it. */
    RecordScanner scan(long limit, RecordScanner.DamageListener damage) {
        return new RecordScanner(channel, books.isPresent() ? Segment.HEADER_BYTES : 0, limit, damage);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
