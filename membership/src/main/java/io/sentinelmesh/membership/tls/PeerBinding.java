package io.sentinelmesh.membership.tls;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import com.hazelcast.internal.cluster.impl.JoinMessage;
import com.hazelcast.internal.cluster.impl.JoinRequest;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerConnectionManager;

import io.sentinelmesh.trust.MeshIdentity;

/**
 * Holds members and clients to the name in their certificates: an agent can't join as another, nor as the keeper of data that only aggregators are.
 */
final class PeerBinding {

    /** What a client's name begins with; its node's id follows. */
    static final String CLIENT_NAME = "agent-";

    private final MeshTls tls;

    PeerBinding(MeshTls tls) {
        this.tls = tls;
    }

    /** @throws IllegalArgumentException if it may not join; the message is shown there and here */
    void check(JoinMessage message, ServerConnectionManager connections) {
        Set<ServerConnection> its = new HashSet<>(connections.getAllConnections(message.getAddress()));
        for (ServerConnection connection : connections.getConnections()) {
            if (connection.isAlive() && message.getUuid().equals(connection.getRemoteUuid())) {
                its.add(connection);
            }
        }
        if (its.isEmpty()) {
            throw new IllegalArgumentException("nobody at " + message.getAddress() + " has shown a certificate");
        }
        for (ServerConnection connection : its) {
            check(message, tls.peer(connection));
        }
    }

    private static void check(JoinMessage message, Optional<MeshIdentity> shown) {
        MeshIdentity peer = shown.orElseThrow(
                () -> new IllegalArgumentException("nobody at " + message.getAddress() + " has shown a certificate"));
        // The other kind of message asks whether two clusters should merge; whoever then joins sends this one.
        if (message instanceof JoinRequest request) {
            String claimed = request.getAttributes().get(TlsNodeContext.ID_ATTRIBUTE);
            if (!peer.id().toString().equals(claimed)) {
                throw new IllegalArgumentException("the member at " + message.getAddress() + " says it is " + claimed
                        + ", but its certificate says " + peer.id());
            }
        }
        if (!message.isLiteMember() && peer.role() != MeshIdentity.Role.AGGREGATOR) {
            throw new IllegalArgumentException("the agent " + peer.id() + " at " + message.getAddress()
                    + " would keep the registry, which only aggregators do");
        }
    }

    /** Whether a client's name is that of its certificate. */
    boolean allows(String clientName, ServerConnection connection) {
        return tls.peer(connection).map(peer -> clientName.equals(CLIENT_NAME + peer.id())).orElse(false);
    }
}
