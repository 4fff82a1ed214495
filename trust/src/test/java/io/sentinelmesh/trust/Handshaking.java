package io.sentinelmesh.trust;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** Real handshakes over loopback, one byte each way. */
final class Handshaking {

    private static final int MOST_MILLIS = 20_000;

    /** What each end made of it: its session, or why there is none. */
    record Ends(Result client, Result server) {

        boolean bothAgreed() {
            return client instanceof Agreed && server instanceof Agreed;
        }

        String clientsReason() {
            return ((Failed) client).reason.toString();
        }

        String serversReason() {
            return ((Failed) server).reason.toString();
        }
    }

    sealed interface Result {
    }

    record Agreed(SSLSession session) implements Result {
    }

    record Failed(IOException reason) implements Result {
    }

    private final SSLContext server;
    private final SSLContext client;
    private String host = "localhost";
    private boolean checksHost = true;
    private boolean needsClient = true;
    private String[] protocols = {"TLSv1.3", "TLSv1.2"};

    private Handshaking(SSLContext client, SSLContext server) {
        this.client = client;
        this.server = server;
    }

    static Handshaking of(SSLContext client, SSLContext server) {
        return new Handshaking(client, server);
    }

    static Ends between(TlsIdentity client, TlsIdentity server) {
        return of(client.context(), server.context()).run();
    }

    Handshaking towards(String name) {
        host = name;
        return this;
    }

    Handshaking amongPeers() {
        checksHost = false;
        return this;
    }

    Handshaking clientMayBeUnknown() {
        needsClient = false;
        return this;
    }

    Handshaking speaking(String... those) {
        protocols = those;
        return this;
    }

    Ends run() {
        try (SSLServerSocket listening = (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1,
                InetAddress.getLoopbackAddress())) {
            listening.setEnabledProtocols(protocols);
            listening.setNeedClientAuth(needsClient);
            if (!needsClient) {
                listening.setWantClientAuth(true);
            }
            listening.setSoTimeout(MOST_MILLIS);
            FutureTask<Result> accepted = new FutureTask<>(() -> result((SSLSocket) listening.accept()));
            Thread.ofVirtual().start(accepted);
            Result clients = connect(listening.getLocalPort());
            return new Ends(clients, accepted.get());
        } catch (IOException | InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private Result connect(int port) throws IOException {
        java.net.Socket plain = new java.net.Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(plain, host, port, true);
        socket.setEnabledProtocols(protocols);
        if (checksHost) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return result(socket);
    }

    /** With TLS 1.3 a client has finished before the server judged its certificate, so both must hear from one another. */
    private static Result result(SSLSocket socket) {
        try (socket) {
            socket.setSoTimeout(MOST_MILLIS);
            socket.startHandshake();
            SSLSession session = socket.getSession();
            socket.getOutputStream().write(1);
            if (socket.getInputStream().read() != 1) {
                throw new IOException("closed without a word");
            }
            return new Agreed(session);
        } catch (IOException e) {
            return new Failed(e);
        }
    }
}
