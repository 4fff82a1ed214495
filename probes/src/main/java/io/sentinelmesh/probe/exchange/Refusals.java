package io.sentinelmesh.probe.exchange;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

import io.netty.handler.ssl.NotSslRecordException;

/** What Java and Netty throw, as what happened. */
public final class Refusals {

    private static final String PLAIN = "the peer does not speak TLS on this port";

    private Refusals() {
    }

    /** Of an attempt to connect or to send. Java tells some kinds apart by their message only. */
    public static ConnectionFailure ofConnect(InetSocketAddress peer, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case PortUnreachableException _ -> new ConnectionFailure.Refused(peer);
            case NoRouteToHostException _ -> new ConnectionFailure.Unreachable(peer, "no route to host");
            case BindException _ -> new ConnectionFailure.NotSent(ownTrouble(cause));
            case ConnectException _ when message.contains("timed out") -> new ConnectionFailure.TimedOut(Phase.CONNECT);
            case ConnectException _ -> new ConnectionFailure.Refused(peer);
            case SocketException _ when message.contains("Network is unreachable") ->
                new ConnectionFailure.Unreachable(peer, "network is unreachable");
            default -> new ConnectionFailure.NotSent(ownTrouble(cause));
        };
    }

    /** Of a socket that was connected already. */
    public static ConnectionFailure ofRead(InetSocketAddress peer, Throwable cause, Phase phase) {
        return cause instanceof PortUnreachableException
                ? new ConnectionFailure.Refused(peer)
                : new ConnectionFailure.Disconnected(phase);
    }

    static ConnectionFailure ofHandshake(Throwable cause) {
        return switch (cause) {
            case NotSslRecordException _ -> new ConnectionFailure.TlsFailed(PLAIN);
            case ClosedChannelException _ -> new ConnectionFailure.Disconnected(Phase.TLS);
            case SSLException _ when String.valueOf(cause.getMessage()).contains("Unsupported or unrecognized") ->
                new ConnectionFailure.TlsFailed(PLAIN);
            default -> new ConnectionFailure.TlsFailed(ownTrouble(cause));
        };
    }

    /** One line. */
    public static String ownTrouble(Throwable cause) {
        Throwable root = cause;
        // At most a few deep; the bound keeps a circle of causes from holding us.
        for (int i = 0; i < 8 && root.getCause() != null; i++) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.lines().findFirst().orElse(root.getClass().getSimpleName());
    }
}
