package io.sentinelmesh.membership.tls;

import org.jspecify.annotations.Nullable;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.SocketOptions;
import com.hazelcast.client.impl.clientside.DefaultClientExtension;
import com.hazelcast.client.impl.clientside.HazelcastClientInstanceImpl;
import com.hazelcast.config.SSLConfig;
import com.hazelcast.internal.networking.ChannelInitializer;

import io.sentinelmesh.measurement.NodeId;

/**
 * Puts TLS beneath a client's connections. Hazelcast itself makes one per client, as META-INF/services names it; the client's configuration carries the TLS, or none where
 * {@code --insecure} was said.
 */
public final class TlsClientExtension extends DefaultClientExtension {

    private static final String KEY = MeshTls.class.getName();

    private @Nullable MeshTls tls;

    /** The name that {@link PeerBinding} demands of this client. */
    public static String clientName(NodeId self) {
        return PeerBinding.CLIENT_NAME + self;
    }

    /** What a client made from this configuration speaks. */
    public static void use(ClientConfig config, MeshTls tls) {
        config.getUserContext().put(KEY, tls);
    }

    @Override
    public void beforeStart(HazelcastClientInstanceImpl client) {
        super.beforeStart(client);
        tls = client.getClientConfig().getUserContext().get(KEY) instanceof MeshTls given ? given : null;
    }

    @Override
    public ChannelInitializer createChannelInitializer(SSLConfig none, SocketOptions options) {
        ChannelInitializer plain = super.createChannelInitializer(none, options);
        MeshTls given = tls;
        return given == null ? plain : given.beneath(plain);
    }
}
