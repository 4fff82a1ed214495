package io.sentinelmesh.membership.tls;

import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.hazelcast.client.Client;
import com.hazelcast.client.impl.ClientEndpoint;
import com.hazelcast.client.impl.ClientEngine;
import com.hazelcast.client.impl.ClientEngineImpl;
import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.cluster.impl.JoinMessage;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.ServerContext;

import io.sentinelmesh.measurement.NodeId;

/** Builds a member of Hazelcast whose every connection is mutual TLS, and which admits others only by the name in their certificates. */
public final class TlsNodeContext extends DefaultNodeContext {

    /** The member attribute with the node's id. */
    public static final String ID_ATTRIBUTE = "agentId";

    private static final Logger LOG = LoggerFactory.getLogger(TlsNodeContext.class);

    private final MeshTls tls;

    private TlsNodeContext(MeshTls tls) {
        this.tls = tls;
    }

    /**
     * Starts such a member.
     *
     * @param tls is closed with the member
     */
    public static HazelcastInstance start(Config config, MeshTls tls) {
        return HazelcastInstanceFactory.newHazelcastInstance(config,
                HazelcastInstanceFactory.createInstanceName(config), new TlsNodeContext(tls));
    }

    @Override
    public NodeExtension createNodeExtension(Node node) {
        return new Extension(node, tls);
    }

    private static final class Extension extends DefaultNodeExtension {

        private final MeshTls tls;
        private final PeerBinding binding;

        Extension(Node node, MeshTls tls) {
            super(node);
            this.tls = tls;
            this.binding = new PeerBinding(tls);
            tls.expelsBy(this::expel);
        }

        /** Else their members stay on the list until the heartbeats are missed, and they knock at every port a hundred times a second. */
        private void expel(Set<NodeId> ids) {
            for (Member member : node.getClusterService().getMembers()) {
                String id = member.getAttribute(ID_ATTRIBUTE);
                if (!member.localMember() && id != null && ids.stream().anyMatch(one -> one.toString().equals(id))) {
                    LOG.warn("the member {} at {} is not accepted any more: put out", id, member.getAddress());
                    node.getClusterService().suspectMember(member, "not accepted any more", true);
                }
            }
        }

        @Override
        public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(ServerContext context) {
            Function<EndpointQualifier, ChannelInitializer> plain = super.createChannelInitializerFn(context);
            return qualifier -> tls.beneath(plain.apply(qualifier));
        }

        @Override
        public void validateJoinRequest(JoinMessage message) {
            super.validateJoinRequest(message);
            try {
                binding.check(message, node.getServer().getConnectionManager(EndpointQualifier.MEMBER));
            } catch (IllegalArgumentException e) {
                LOG.warn("a member was not admitted: {}", e.getMessage());
                throw e;
            }
        }

        @Override
        public ClientEngine createClientEngine() {
            return new ClientEngineImpl(node) {
                @Override
                public boolean isClientAllowed(Client client) {
                    // Not by a selector: Hazelcast asks none for clients that call themselves management tools.
                    return admits(client) && super.isClientAllowed(client);
                }
            };
        }

        private boolean admits(@Nullable Client client) {
            if (client instanceof ClientEndpoint endpoint && endpoint.getName() != null
                    && binding.allows(endpoint.getName(), endpoint.getConnection())) {
                return true;
            }
            LOG.warn("a client was not admitted: {} is not the name in its certificate", client);
            return false;
        }

        /** Just before the connections are closed. */
        @Override
        public void shutdown() {
            tls.goodbye();
            super.shutdown();
        }

        @Override
        public void afterShutdown() {
            tls.close();
            super.afterShutdown();
        }
    }
}
