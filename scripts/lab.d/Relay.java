import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * Lets programs inside network namespaces reach ports of the host's loopback by the same ports of their own loopback: what the sites of a lab
 * say to the host stays apart from what they say to one another, and needs neither an address nor a route.
 *
 * <p>
 * {@code java Relay.java PORT,PORT... PIDFILE NAMESPACE...} — ends when the pid file is gone, and with an error when a namespace is gone or it can't
 * listen any more: whoever looks at the process then knows.
 */
public final class Relay {

    /** For each namespace and port; one more waits in the listen queue until another ends. */
    private static final int MOST_CONNECTIONS = 64;
    private static final int BUFFER_BYTES = 16 << 10;
    private static final long WATCH_MILLIS = 1_000;
    private static final Path NAMESPACES = Path.of("/run/netns");

    private final InetSocketAddress port;
    /** Threads born here stand in the host's namespace, whatever namespace another thread enters. */
    private final ThreadFactory hostThreads = Thread.ofPlatform().name("relay-", 0).daemon().factory();

    private Relay(int port) {
        this.port = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    public static void main(String[] arguments) throws Exception {
        List<Relay> relays = Arrays.stream(arguments[0].split(",")).map(port -> new Relay(Integer.parseInt(port))).toList();
        Path pidFile = Path.of(arguments[1]);
        List<String> namespaces = Arrays.asList(arguments).subList(2, arguments.length);
        for (String namespace : namespaces) {
            for (Relay relay : relays) {
                ServerSocketChannel listener = relay.listenIn(namespace);
                relay.hostThreads.newThread(() -> relay.accept(listener)).start();
            }
        }
        System.out.println("relaying the ports " + arguments[0] + " for " + namespaces);
        while (Files.exists(pidFile)) {
            for (String namespace : namespaces) {
                if (!Files.exists(NAMESPACES.resolve(namespace))) {
                    fail("the namespace " + namespace + " is gone");
                }
            }
            Thread.sleep(WATCH_MILLIS);
        }
    }

    /** A relay that stands and does not relay would be taken for agents that are silent. */
    private static void fail(String why) {
        System.err.println(why);
        System.exit(1);
    }

    /** A socket belongs to the namespace of the thread that made it, for good. */
    private ServerSocketChannel listenIn(String namespace) throws Exception {
        try (var one = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())) {
            return one.submit(() -> {
                new Posix().enter(NAMESPACES.resolve(namespace).toString());
                return ServerSocketChannel.open().bind(port);
            }).get();
        }
    }

    private void accept(ServerSocketChannel listener) {
        Semaphore free = new Semaphore(MOST_CONNECTIONS);
        try {
            while (true) {
                free.acquireUninterruptibly();
                SocketChannel inside = listener.accept();
                hostThreads.newThread(() -> {
                    try {
                        serve(inside);
                    } finally {
                        free.release();
                    }
                }).start();
            }
        } catch (IOException | RuntimeException | Error e) {
            fail("cannot accept connections any more: " + e);
        }
    }

    private void serve(SocketChannel inside) {
        try (inside; SocketChannel host = SocketChannel.open(port)) {
            Thread back = hostThreads.newThread(() -> copy(host, inside));
            back.start();
            copy(inside, host);
            back.join();
        } catch (IOException e) {
            // The host does not listen, or one side is gone: the other side sees its connection end, as without a relay.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the end of one direction; the other one may go on. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // Reset by either side: both are closed, which is all that can be passed on.
            closeBoth(from, to);
        }
    }

    private static void closeBoth(SocketChannel one, SocketChannel other) {
        for (SocketChannel channel : List.of(one, other)) {
            try {
                channel.close();
            } catch (IOException e) {
                // Its file is freed all the same.
            }
        }
    }
}
