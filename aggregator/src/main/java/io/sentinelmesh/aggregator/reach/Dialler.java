package io.sentinelmesh.aggregator.reach;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity;
import io.sentinelmesh.trust.TlsIdentity;

/** One try to connect to an agent's member port. */
interface Dialler {

    /** The whole try, however slowly the other end goes about it. */
    Duration LIMIT = Duration.ofSeconds(3);

    /**
     * Comes back if the port is that agent's. Blocks for no longer than {@link #LIMIT}.
     *
     * @param nonce what it has to say; empty: nothing
     * @throws IOException why not, for people
     */
    void dial(InetAddress address, int port, NodeId agent, byte[] nonce) throws IOException;

    /** As members connect with {@code --insecure}. */
    record Plain() implements Dialler {

        @Override
        public void dial(InetAddress address, int port, NodeId agent, byte[] nonce) throws IOException {
            Dialler.connected(address, port, socket -> Dialler.expect(socket, nonce));
        }
    }

    /** As members connect: mutual TLS 1.3, and the certificate names the agent. */
    record OverTls(TlsIdentity identity) implements Dialler {

        @Override
        public void dial(InetAddress address, int port, NodeId agent, byte[] nonce) throws IOException {
            Dialler.connected(address, port, plain -> {
                try (SSLSocket socket = (SSLSocket) identity.context().getSocketFactory().createSocket(plain,
                        address.getHostAddress(), port, true)) {
                    socket.setUseClientMode(true);
                    socket.setEnabledProtocols(new String[]{"TLSv1.3"});
                    socket.startHandshake();
                    MeshIdentity there = identity.peer(socket.getSession())
                            .orElseThrow(() -> new IOException("nobody of this mesh is there"));
                    if (!there.equals(new MeshIdentity(MeshIdentity.Role.AGENT, agent))) {
                        throw new IOException("another of the mesh is there: " + there.uri());
                    }
                    Dialler.expect(socket, nonce);
                }
            });
        }
    }

    /** What is done with a connection. */
    interface Use {
        void of(Socket socket) throws IOException;
    }

    private static void connected(InetAddress address, int port, Use use) throws IOException {
        int millis = (int) LIMIT.toMillis();
        try (Socket socket = new Socket()) {
            // Said before it closes: whoever reads fails at once then, before the task is done.
            AtomicBoolean late = new AtomicBoolean();
            CompletableFuture<Void> deadline = CompletableFuture.runAsync(() -> {
                late.set(true);
                close(socket);
            }, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
            try {
                socket.connect(new InetSocketAddress(address, port), millis);
                socket.setSoTimeout(millis);
                use.of(socket);
            } catch (IOException e) {
                throw late.get() || e instanceof SocketTimeoutException
                        ? new IOException("no answer within " + LIMIT.toSeconds() + " s", e)
                        : e;
            } finally {
                boolean _ = deadline.cancel(false);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    private static void expect(Socket socket, byte[] nonce) throws IOException {
        if (!Arrays.equals(socket.getInputStream().readNBytes(nonce.length), nonce)) {
            throw new IOException("something else answers there");
        }
    }
}
