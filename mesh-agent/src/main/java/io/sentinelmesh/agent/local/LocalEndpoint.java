package io.sentinelmesh.agent.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics}, one request after another, on a thread of its own. It gives figures away and takes no orders. As small as it can
 * be: no keep-alive, no other method, a request of a few lines within a second.
 */
public final class LocalEndpoint implements AutoCloseable {

    static final String PATH = "/metrics";
    /** Those who wait for their turn; more are refused by the kernel. */
    private static final int BACKLOG = 8;
    private static final Duration READ_WITHIN = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(50);
    private static final int MOST_REQUEST_BYTES = 8_192;
    /**
     * A name in the Host header that is neither an address nor localhost is that of a web page whose owner points it at this host, to read here with
     * a visitor's browser.
     */
    private static final Pattern OWN_HOST = Pattern.compile("(localhost|[0-9.]+|\\[[0-9a-f:.]+])(:\\d+)?",
            Pattern.CASE_INSENSITIVE);

    private static final Logger LOG = LoggerFactory.getLogger(LocalEndpoint.class);

    private final ServerSocket listener;
    private final MetricPage page;

    private LocalEndpoint(ServerSocket listener, MetricPage page) {
        this.listener = listener;
        this.page = page;
    }

    /**
     * @param address loopback, unless the operator allowed another
     * @throws IOException if it cannot listen there
     */
    public static LocalEndpoint open(InetSocketAddress address, MetricPage page) throws IOException {
        ServerSocket listener = new ServerSocket(address.getPort(), BACKLOG, address.getAddress());
        LocalEndpoint endpoint = new LocalEndpoint(listener, page);
        Thread.ofPlatform().daemon().name("local-endpoint").start(endpoint::serve);
        LOG.info("this agent's own figures: http://{}{}", listener.getLocalSocketAddress(), PATH);
        return endpoint;
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                answer(socket);
            } catch (IOException e) {
                // A client that went away, or the end: neither is worth a word. If files are exhausted, the next attempt would fail as soon.
                LOG.debug("local endpoint: {}", e.getMessage());
                LockSupport.parkNanos(AFTER_FAILURE.toNanos());
            }
        }
    }

    private void answer(Socket socket) throws IOException {
        socket.setSoTimeout((int) READ_WITHIN.toMillis());
        long deadline = System.nanoTime() + READ_WITHIN.toNanos();
        BufferedReader request = new BufferedReader(new InputStreamReader(
                new Bounded(socket.getInputStream(), deadline), StandardCharsets.ISO_8859_1), 512);
        String first = String.valueOf(request.readLine());
        String host = "";
        for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
            if (line.regionMatches(true, 0, "host:", 0, 5)) {
                host = line.substring(5).strip();
            }
        }
        respond(socket.getOutputStream(), first, host);
    }

    private void respond(OutputStream out, String request, String host) throws IOException {
        if (!OWN_HOST.matcher(host).matches()) {
            write(out, "403 Forbidden", "text/plain", "ask for this host by its address or as localhost\n");
        } else if (request.startsWith("GET " + PATH + " ")) {
            write(out, "200 OK", MetricPage.CONTENT_TYPE, page.text());
        } else {
            write(out, "404 Not Found", "text/plain", "there is only GET " + PATH + "\n");
        }
    }

    private static void write(OutputStream out, String status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes.length
                + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.flush();
    }

    /** Ends a request that is too long or takes too long, however often it sends a byte. */
    private static final class Bounded extends InputStream {

        private final InputStream in;
        private final long deadline;
        private int left = MOST_REQUEST_BYTES;

        Bounded(InputStream in, long deadline) {
            this.in = in;
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (left <= 0 || System.nanoTime() - deadline > 0) {
                throw new IOException("the request is too long or took too long");
            }
            int read = in.read(into, from, Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.debug("local endpoint: {}", e.getMessage());
        }
    }
}
