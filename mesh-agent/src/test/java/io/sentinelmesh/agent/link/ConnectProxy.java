package io.sentinelmesh.agent.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy that knows CONNECT and nothing else (RFC 9110, section 9.3.6), on loopback. */
public final class ConnectProxy implements AutoCloseable {

    private final String demanded;
    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** @param demanded what the Proxy-Authorization header has to say; empty: nothing is asked */
    public ConnectProxy(String demanded) throws IOException {
        this.demanded = demanded;
        this.listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        threads.submit(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** The heads of what was let through. */
    public List<String> requests() {
        return requests;
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
        try (from) {
            String head = head(from.getInputStream());
            while (!allowed(head)) {
                say(from, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"box\"\r\n"
                        + "Content-Length: 0\r\n\r\n");
                head = head(from.getInputStream());
            }
            if (!head.startsWith("CONNECT ")) {
                say(from, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }
            requests.add(head);
            URI to = URI.create("tcp://" + head.split(" ")[1]);
            try (Socket target = new Socket(InetAddress.ofLiteral(to.getHost()), to.getPort())) {
                open.add(target);
                say(from, "HTTP/1.1 200 Connection established\r\n\r\n");
                threads.submit(() -> {
                    from.getInputStream().transferTo(target.getOutputStream());
                    target.shutdownOutput();
                    return true;
                });
                target.getInputStream().transferTo(from.getOutputStream());
            }
        } catch (IOException over) {
            // One end has gone: so does the other.
        }
    }

    /** Names of headers are spelt as anyone likes (RFC 9110, section 5.1), what Basic carries is not. */
    private boolean allowed(String head) {
        return demanded.isEmpty() || head.lines().anyMatch(
                line -> line.toLowerCase(Locale.ROOT).startsWith("proxy-authorization: ") && line.endsWith(demanded));
    }

    private static void say(Socket to, String words) throws IOException {
        to.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (last != 0x0d0a0d0a) {
            int b = in.read();
            if (b < 0 || head.size() > 16_384) {
                throw new IOException("gone");
            }
            head.write(b);
            last = last << 8 | b;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
