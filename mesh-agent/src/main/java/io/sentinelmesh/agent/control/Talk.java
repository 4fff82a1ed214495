package io.sentinelmesh.agent.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Lines over a UNIX domain socket, none longer and none later than was said: the JDK has no timeouts for these sockets. One thread. */
final class Talk implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

    /** Owns the channel from here on. */
    Talk(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        this.selector = Selector.open();
        this.key = channel.register(selector, 0);
    }

    /**
     * @return without its end; empty if the other side has closed
     * @throws IOException if the line is longer or does not come in time
     */
    Optional<String> readLine(int mostBytes, Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (in.hasRemaining()) {
                byte next = in.get();
                if (next == '\n') {
                    return Optional.of(line.toString(StandardCharsets.UTF_8));
                }
                line.write(next);
                if (line.size() > mostBytes) {
                    throw new IOException("a line of more than " + mostBytes + " bytes");
                }
            }
            if (!fill(deadline)) {
                return Optional.empty();
            }
        }
    }

    private boolean fill(long deadline) throws IOException {
        while (true) {
            in.clear();
            int read = channel.read(in);
            in.flip();
            if (read != 0) {
                return read > 0;
            }
            await(SelectionKey.OP_READ, deadline);
        }
    }

    /** @throws IOException if the other side takes it too slowly, or not at all */
    void writeLine(String line, Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    private void await(int operation, long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new IOException("no answer in time");
        }
        key.interestOps(operation);
        selector.select(millis);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted() || !selector.isOpen()) {
            throw new IOException("interrupted");
        }
    }

    /** Whether the other side has closed; to be asked only of one that has nothing more to say. */
    boolean isGone() {
        try {
            in.clear().limit(BUFFER_BYTES);
            int read = channel.read(in);
            in.limit(0);
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        // The channel last: while it is registered its file stays open.
        selector.close();
        channel.close();
    }
}
