package io.sentinelmesh.aggregator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A box between agent and aggregator, as some companies have one: passes HTTP on and does what it is told to WebSockets. */
final class MiddleBox implements AutoCloseable {

    enum Manner {
        /** Passes everything on. */
        FRIENDLY,
        /** Knows no upgrades. */
        ANSWERS_400,
        /** Passes the upgrade on, and ends the connection as soon as something comes over it. */
        KILLS
    }

    private final int target;
    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    final AtomicInteger upgrades = new AtomicInteger();
    final AtomicInteger posts = new AtomicInteger();
    private volatile Manner manner;

    MiddleBox(int target, Manner manner) throws IOException {
        this.target = target;
        this.manner = manner;
        this.listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        threads.submit(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void becomes(Manner now) {
        manner = now;
    }

    /** What stands now ends; what comes next is passed on. */
    void cutAll() {
        open.forEach(MiddleBox::end);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket from = listening.accept();
                open.add(from);
                threads.submit(() -> serve(from));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket from) {
        try (from; Socket to = new Socket(InetAddress.ofLiteral("127.0.0.1"), target)) {
            open.add(to);
            byte[] head = head(from.getInputStream());
            String words = new String(head, StandardCharsets.ISO_8859_1);
            boolean upgrade = words.toLowerCase(Locale.ROOT).contains("\r\nupgrade: websocket");
            (upgrade ? upgrades : posts).incrementAndGet();
            Manner now = manner;
            if (upgrade && now == Manner.ANSWERS_400) {
                from.getOutputStream()
                        .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
                return;
            }
            to.getOutputStream().write(head);
            threads.submit(() -> pass(from, to));
            if (upgrade && now == Manner.KILLS) {
                to.getInputStream().transferTo(new OnlyTheAnswer(from.getOutputStream()));
            } else {
                to.getInputStream().transferTo(from.getOutputStream());
            }
        } catch (IOException over) {
            // One end has gone: so does the other.
        } finally {
            open.remove(from);
        }
    }

    private void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException over) {
            // The same.
        } finally {
            end(to);
            open.remove(to);
        }
    }

    private static final class OnlyTheAnswer extends OutputStream {

        private final OutputStream out;
        private boolean answered;

        OnlyTheAnswer(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (answered) {
                throw new IOException("killed");
            }
            answered = true;
            out.write(bytes, offset, length);
        }
    }

    /** Up to the empty line. */
    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (last != 0x0d0a0d0a && head.size() < 16_384) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("gone");
            }
            head.write(b);
            last = last << 8 | b;
        }
        return head.toByteArray();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cutAll();
        threads.shutdownNow();
    }
}
