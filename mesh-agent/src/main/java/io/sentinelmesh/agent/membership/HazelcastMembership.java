package io.sentinelmesh.agent.membership;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.MeshNode;

/**
 * A lite member of the cluster {@code sentinel-mesh}. Everything that blocks runs on one thread of its own, so the agent measures whether or
 * not there is a cluster.
 */
public final class HazelcastMembership implements Membership {

    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);

    static final String REGISTRY = "agents";
    /** An entry outlives two missed renewals. */
    static final Duration ENTRY_LIFE = Duration.ofSeconds(60);
    static final Duration RENEWAL = Duration.ofSeconds(20);
    /** Events can be lost in a merge; reading everything now and then repairs that. */
    static final Duration READING = Duration.ofSeconds(5);
    /** Lets a member that just came finish joining. */
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final MeshNode self;
    private final String memberAddress;
    private final HazelcastSettings settings;
    private final RegistryListener listener;
    private final OwnerThread thread = new OwnerThread("membership");

    private final AtomicBoolean renewalPending = new AtomicBoolean();

    // These belong to the thread above.
    private @Nullable HazelcastInstance hazelcast;
    private boolean registryReached = true;
    private boolean written;

    private HazelcastMembership(MeshNode self, HazelcastSettings settings, RegistryListener listener) {
        this.self = self;
        this.memberAddress = settings.memberAddress();
        this.settings = settings;
        this.listener = listener;
    }

    /** Returns at once; joining goes on in the background and is tried again for as long as the agent runs. */
    public static HazelcastMembership start(MeshNode self, HazelcastSettings settings, RegistryListener listener) {
        HazelcastMembership membership = new HazelcastMembership(self, settings, listener);
        membership.thread.every(RENEWAL, membership::renew);
        membership.thread.every(READING, membership::readAll);
        return membership;
    }

    private void join() {
        try {
            HazelcastInstance joined = Hazelcast.newHazelcastInstance(settings.toConfig());
            hazelcast = joined;
            joined.getCluster().addMembershipListener(new MembershipListener() {
                @Override
                public void memberAdded(MembershipEvent event) {
                    // A data member that comes (back) holds none of what was in the registry.
                    renewSoon();
                }

                @Override
                public void memberRemoved(MembershipEvent event) {
                    // Whoever left may have said goodbye; the regular reading finds out.
                }
            });
            LOG.info("member of the mesh at {} ({} members)", memberAddress,
                    joined.getCluster().getMembers().size());
        } catch (RuntimeException e) {
            // Whatever keeps it from starting, a taken port above all: it is thrown as plain RuntimeException, too.
            LOG.warn("cannot open the membership port {}: {}; peers come from the aggregator meanwhile, trying again"
                    + " in {} s", memberAddress, e.getMessage(), RENEWAL.toSeconds());
        }
    }

    private void renew() {
        if (hazelcast != null && !hazelcast.getLifecycleService().isRunning()) {
            LOG.warn("the membership ended by itself: joining again");
            hazelcast = null;
        }
        if (hazelcast == null) {
            join();
        }
        if (hazelcast == null) {
            return;
        }
        write();
        read();
        settings.rememberMembers(hazelcast.getCluster());
    }

    private void write() {
        written = withRegistry(registry -> registry.set(self.id().toString(),
                RegistryEntry.of(self, memberAddress, false).toJson(), ENTRY_LIFE.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Between renewals; writes as well if the last writing failed, as the first one does while the aggregator still settles its data. */
    private void readAll() {
        if (!written) {
            write();
        }
        read();
    }

    private void read() {
        boolean _ = withRegistry(registry -> {
            for (String json : registry.values()) {
                RegistryEntry.parse(json).ifPresent(entry -> entry.node().ifPresent(node -> {
                    if (entry.left()) {
                        listener.left(node.id());
                    } else {
                        listener.present(node);
                    }
                }));
            }
        });
    }

    /** Many members may come at once; they need one renewal. */
    private void renewSoon() {
        if (renewalPending.compareAndSet(false, true)) {
            thread.after(SOON, () -> {
                renewalPending.set(false);
                renew();
            });
        }
    }

    private interface RegistryUse {
        void with(IMap<String, String> registry);
    }

    /** The registry lives on aggregators; without one of them every use of it fails, and the mesh goes on with what it knows. */
    private boolean withRegistry(RegistryUse use) {
        if (hazelcast == null) {
            return false;
        }
        try {
            use.with(hazelcast.getMap(REGISTRY));
            if (!registryReached) {
                LOG.info("the registry is back");
                registryReached = true;
            }
            return true;
        } catch (HazelcastException | IllegalStateException e) {
            if (registryReached) {
                LOG.info("no aggregator among the members at present: going on with the peers known so far");
                LOG.debug("the registry failed", e);
                registryReached = false;
            }
            return false;
        }
    }

    @Override
    public void close() {
        try {
            boolean ended = thread.end(() -> {
                boolean _ = withRegistry(registry -> registry.set(self.id().toString(),
                        RegistryEntry.of(self, memberAddress, true).toJson(), ENTRY_LIFE.toMillis(),
                        TimeUnit.MILLISECONDS));
                if (hazelcast != null) {
                    hazelcast.getLifecycleService().terminate();
                }
            }, CLOSE_LIMIT);
            if (!ended) {
                LOG.info("left the membership without goodbye: no answer within {} s", CLOSE_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
