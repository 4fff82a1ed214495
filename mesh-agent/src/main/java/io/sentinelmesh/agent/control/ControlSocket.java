package io.sentinelmesh.agent.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the running agent takes orders: a UNIX domain socket in a folder that nobody but its user may enter. One line asks; the answer is lines
 * that begin with a mark: {@code -} for standard output, {@code !} for standard error, {@code ~} to show life, {@code =} and the exit code at the
 * end.
 */
public final class ControlSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    static final String FOLDER = "control";
    static final String FILE = "socket";
    /** sun_path of unix(7) has 108 bytes, of which one ends it. */
    static final int MOST_PATH_BYTES = 107;
    static final int MOST_REQUEST_BYTES = 1_024;
    static final int MOST_AT_ONCE = 6;
    static final char OUT = '-';
    static final char ERR = '!';
    static final char ALIVE = '~';
    static final char END = '=';
    static final int BUSY = 1;
    static final int UNKNOWN = 2;

    private static final int BACKLOG = 8;
    private static final Duration ASK_WITHIN = Duration.ofSeconds(2);
    private static final Duration TAKE_WITHIN = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(50);
    private static final Set<PosixFilePermission> OWNER_ENTERS = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_ASKS = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final ServerSocketChannel listener;
    private final Map<String, Order> orders;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final Set<Thread> answering = ConcurrentHashMap.newKeySet();

    private ControlSocket(Path file, ServerSocketChannel listener, Map<String, Order> orders) {
        this.file = file;
        this.listener = listener;
        this.orders = Map.copyOf(orders);
    }

    /**
     * For the process that holds the data folder.
     *
     * @param orders by the word that asks for them
     * @throws IOException if it cannot be made; says why and what to do
     */
    public static ControlSocket open(Path dataDir, Map<String, Order> orders) throws IOException {
        Path file = in(dataDir);
        Path folder = dataDir.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ENTERS));
        }
        Files.setPosixFilePermissions(folder, OWNER_ENTERS);
        // Of a process that was killed: whoever holds the data folder is the only one.
        Files.deleteIfExists(file);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(file), BACKLOG);
            Files.setPosixFilePermissions(file, OWNER_ASKS);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        ControlSocket socket = new ControlSocket(file, listener, orders);
        Thread.ofPlatform().daemon().name("control").start(socket::serve);
        return socket;
    }

    /** @throws IOException if the path is too long for such a socket */
    static Path in(Path dataDir) throws IOException {
        Path file = dataDir.toAbsolutePath().resolve(FOLDER).resolve(FILE);
        int bytes = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_PATH_BYTES) {
            throw new IOException("the path " + file + " has " + bytes + " bytes, a local socket takes at most "
                    + MOST_PATH_BYTES + ": choose a shorter --data-dir");
        }
        return file;
    }

    private void serve() {
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                Thread.ofPlatform().daemon().name("control-answer").start(() -> serve(channel));
            } catch (IOException e) {
                // The end; or files are exhausted, and then the next attempt would fail as soon.
                LOG.debug("control socket: {}", e.getMessage());
                LockSupport.parkNanos(AFTER_FAILURE.toNanos());
            }
        }
    }

    private void serve(SocketChannel channel) {
        boolean place = places.tryAcquire();
        answering.add(Thread.currentThread());
        try (channel; Talk talk = new Talk(channel)) {
            int code;
            if (place) {
                code = answer(talk);
            } else {
                // Closed with the request unread, the answer would not reach whoever asks.
                Optional<String> _ = talk.readLine(MOST_REQUEST_BYTES, ASK_WITHIN);
                talk.writeLine(ERR + "the agent answers " + MOST_AT_ONCE + " others already: end a `tail`",
                        TAKE_WITHIN);
                code = BUSY;
            }
            talk.writeLine(END + Integer.toString(code), TAKE_WITHIN);
        } catch (IOException | InterruptedException e) {
            // An asker that went away or sent too much, or the agent's own end: neither is worth a word.
            LOG.debug("control socket: {}", e.getMessage());
        } finally {
            answering.remove(Thread.currentThread());
            if (place) {
                places.release();
            }
        }
    }

    private int answer(Talk talk) throws IOException, InterruptedException {
        Optional<String> request = talk.readLine(MOST_REQUEST_BYTES, ASK_WITHIN);
        List<String> words = Arrays.asList(request.orElse("").strip().split(" +", -1));
        Order order = orders.get(words.getFirst());
        if (order == null) {
            talk.writeLine(ERR + "this agent does not know that: is it of an older version than the command?",
                    TAKE_WITHIN);
            return UNKNOWN;
        }
        return order.run(words.subList(1, words.size()), new Lines(talk));
    }

    private record Lines(Talk talk) implements Order.Answer {

        @Override
        public void out(String line) throws IOException {
            talk.writeLine(OUT + line, TAKE_WITHIN);
        }

        @Override
        public void err(String line) throws IOException {
            talk.writeLine(ERR + line, TAKE_WITHIN);
        }

        @Override
        public void stillHere() throws IOException {
            if (talk.isGone()) {
                throw new IOException("the asker is gone");
            }
            talk.writeLine(String.valueOf(ALIVE), TAKE_WITHIN);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage());
        }
        answering.forEach(Thread::interrupt);
    }
}
