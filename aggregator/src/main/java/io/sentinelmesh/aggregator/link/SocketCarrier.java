package io.sentinelmesh.aggregator.link;

import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.aggregator.reach.NatRule;
import io.sentinelmesh.aggregator.socket.PeerSocket;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;

/** A WebSocket: each frame a message, sent as it comes. */
final class SocketCarrier implements Carrier {

    private final ServerWebSocket socket;
    private final PeerSocket peer;

    SocketCarrier(ServerWebSocket socket) {
        this.socket = socket;
        this.peer = new PeerSocket(socket, AgentLink.MOST_UNSENT_BYTES);
    }

    @Override
    public Optional<InetAddress> peer() {
        return Optional.ofNullable(socket.remoteAddress()).map(SocketAddress::hostAddress).flatMap(NatRule::literal);
    }

    @Override
    public void send(Buffer frame) {
        peer.binary(frame);
    }

    @Override
    public void close(short code, String reason) {
        peer.close(code, reason);
    }

    @Override
    public boolean congested() {
        return peer.congested();
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void awaits(UUID boot, long sequence) {
        // Acknowledgements go by themselves.
    }

    @Override
    public void acknowledged(UUID boot, long sequence) {
        // The same.
    }

    @Override
    public String toString() {
        return peer.toString();
    }
}
