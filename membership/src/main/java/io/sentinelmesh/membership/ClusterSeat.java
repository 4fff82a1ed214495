package io.sentinelmesh.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.HazelcastSerializationException;

import io.sentinelmesh.membership.tls.MeshTls;
import io.sentinelmesh.membership.tls.TlsClientExtension;
import io.sentinelmesh.membership.tls.TlsCounters;
import io.sentinelmesh.membership.tls.TlsLimits;
import io.sentinelmesh.membership.tls.TlsNodeContext;

/**
 * This process's place in the cluster, as a member or a client: the registry, and who is there. It decides nothing, and carries no results. Every call may block
 * for seconds. For any thread.
 */
public final class ClusterSeat {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterSeat.class);

    /** Hears of members that come and go. Called on a thread of Hazelcast's; must not block. */
    public interface Listener {

        /** @param members present now */
        void joined(String memberAddress, int members);

        /** @param members present now */
        void left(String memberAddress, int members);
    }

    private final SeatSettings settings;
    private final HazelcastInstance hazelcast;
    private final Optional<MeshTls> tls;
    private final RememberedMembers remembered;

    private ClusterSeat(SeatSettings settings, HazelcastInstance hazelcast, Optional<MeshTls> tls,
            RememberedMembers remembered) {
        this.settings = settings;
        this.hazelcast = hazelcast;
        this.tls = tls;
        this.remembered = remembered;
    }

    /**
     * Joins the cluster; a member that finds nobody begins one. Blocks for some seconds.
     *
     * @throws MembershipException if the port can't be opened, those who are there don't admit it, or a client finds nobody
     */
    public static ClusterSeat take(SeatSettings settings, Listener listener) {
        // Its first words come before it has read any configuration of ours.
        System.setProperty("hazelcast.logging.type", "slf4j");
        RememberedMembers remembered = new RememberedMembers(settings.rememberIn());
        Set<String> seeds = new LinkedHashSet<>(settings.seeds());
        seeds.addAll(remembered.addresses());
        Optional<MeshTls> tls = settings.identity().map(identity -> new MeshTls(identity, TlsLimits.DEFAULT));
        HazelcastInstance hazelcast;
        try {
            hazelcast = settings.kind() == SeatSettings.Kind.CLIENT
                    ? client(settings, seeds, tls)
                    : member(settings, seeds, tls);
        } catch (RuntimeException failure) {
            // Of all kinds, down to plain RuntimeException.
            tls.ifPresent(MeshTls::close);
            throw new MembershipException(firstLine(failure), failure);
        }
        ClusterSeat seat = new ClusterSeat(settings, hazelcast, tls, remembered);
        seat.tell(listener);
        seat.remember();
        return seat;
    }

    private static HazelcastInstance member(SeatSettings settings, Set<String> seeds, Optional<MeshTls> tls) {
        Config config = ClusterConfig.member(settings, seeds);
        return tls.map(given -> TlsNodeContext.start(config, given))
                .orElseGet(() -> Hazelcast.newHazelcastInstance(config));
    }

    private static HazelcastInstance client(SeatSettings settings, Set<String> seeds, Optional<MeshTls> tls) {
        ClientConfig config = ClusterConfig.client(settings, seeds);
        tls.ifPresent(given -> TlsClientExtension.use(config, given));
        return HazelcastClient.newHazelcastClient(config);
    }

    private static String firstLine(RuntimeException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private void tell(Listener listener) {
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                remember();
                listener.joined(address(event.getMember()), event.getMembers().size());
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                listener.left(address(event.getMember()), event.getMembers().size());
            }
        });
    }

    /** Members seen now are seeds at the next start: who comes back finds the mesh without its first seed. */
    private void remember() {
        remembered.saw(hazelcast.getCluster().getMembers().stream().filter(member -> !member.localMember())
                .map(ClusterSeat::address).filter(address -> !address.equals(settings.memberAddress())).toList());
    }

    private static String address(Member member) {
        return SeatSettings.hostAndPort(member.getAddress().getHost(), member.getAddress().getPort());
    }

    /** False once it ended by itself: a member that wasn't admitted after a merge, a client that lost all members. */
    public boolean isRunning() {
        return hazelcast.getLifecycleService().isRunning();
    }

    public SeatSettings.Kind kind() {
        return settings.kind();
    }

    /** Members present now; a client is none. */
    public int members() {
        return hazelcast.getCluster().getMembers().size();
    }

    /** @throws MembershipException if there is no data member that would keep it */
    public void put(String key, String json, Duration life) {
        var _ = withRegistry(registry -> {
            registry.set(key, json, life.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        });
    }

    /**
     * What everybody says of themselves.
     *
     * @throws MembershipException if there is no data member that knows
     */
    public List<String> registry() {
        return withRegistry(registry -> texts(registry.values()));
    }

    /** Each is made only here, so that one that is no text, or nothing that may be made at all, costs nobody the others. */
    private static List<String> texts(Collection<?> values) {
        List<String> texts = new ArrayList<>();
        Iterator<?> each = values.iterator();
        for (int i = 0; i < ClusterConfig.MOST_REGISTRY_ENTRIES && each.hasNext(); i++) {
            try {
                if (each.next() instanceof String text) {
                    texts.add(text);
                }
            } catch (HazelcastSerializationException e) {
                LOG.debug("an entry of the registry is refused", e);
            }
        }
        return List.copyOf(texts);
    }

    private <T> T withRegistry(Function<IMap<String, String>, T> use) {
        try {
            return use.apply(hazelcast.getMap(ClusterConfig.REGISTRY));
        } catch (HazelcastException | IllegalStateException e) {
            throw new MembershipException(firstLine(e), e);
        }
    }

    /** Closes the connections of everybody who would not be admitted any more: to be called when somebody was revoked. */
    public void judgePeersAgain() {
        tls.ifPresent(MeshTls::judgeAgain);
    }

    /** Empty without TLS. */
    public Optional<TlsCounters> tlsCounters() {
        return tls.map(MeshTls::counters);
    }

    /** In good order: hands what it keeps to another data member. */
    public void leave() {
        hazelcast.shutdown();
        tls.ifPresent(MeshTls::close);
    }

    /** At once. */
    public void terminate() {
        if (settings.kind() == SeatSettings.Kind.CLIENT) {
            tls.ifPresent(MeshTls::goodbyeAndEnd);
        }
        hazelcast.getLifecycleService().terminate();
        tls.ifPresent(MeshTls::close);
    }
}
