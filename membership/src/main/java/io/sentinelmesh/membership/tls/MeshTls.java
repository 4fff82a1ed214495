package io.sentinelmesh.membership.tls;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.nio.Connection;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.MeshIdentity;
import io.sentinelmesh.trust.TlsIdentity;

/** Mutual TLS 1.3 for every connection of one Hazelcast member or client. For any thread. */
public final class MeshTls implements AutoCloseable {

    /** A certificate that expires while its connection lasts is noticed within this time; one that is revoked, at {@link #judgeAgain}. */
    private static final Duration JUDGING_AGAIN = Duration.ofMinutes(1);
    private static final Duration GOODBYE_LIMIT = Duration.ofMillis(250);
    private static final Duration GOODBYE_LOOK = Duration.ofMillis(2);
    private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(MeshTls.class);

    private final TlsIdentity identity;
    private final TlsLimits limits;
    private final TlsWork work;
    private final HalfOpen<TlsChannel> halfOpen;
    private final Set<TlsChannel> channels = ConcurrentHashMap.newKeySet();
    private final LongAdder established = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final RareLog refusals = new RareLog(LOG_PAUSE, System::nanoTime);

    private volatile Consumer<Set<NodeId>> expulsion = _ -> {
        // A client puts nobody out.
    };

    public MeshTls(TlsIdentity identity, TlsLimits limits) {
        this.identity = identity;
        this.limits = limits;
        this.work = new TlsWork(limits);
        this.halfOpen = new HalfOpen<>(limits.halfOpen());
        work.every(JUDGING_AGAIN, this::judgeAgain);
    }

    TlsIdentity identity() {
        return identity;
    }

    Executor tasks() {
        return work.tasks();
    }

    /** Puts TLS beneath what Hazelcast itself puts on a new channel. */
    ChannelInitializer beneath(ChannelInitializer plain) {
        return channel -> {
            TlsChannel secured = new TlsChannel(channel, this, engine(channel.isClientMode()));
            // Next to the socket on both ways: first on the way in, last on the way out.
            channel.inboundPipeline().addLast(secured.inbound());
            plain.initChannel(channel);
            channel.outboundPipeline().addLast(secured.outbound());
            begun(secured);
        };
    }

    private SSLEngine engine(boolean client) {
        SSLEngine engine = identity.context().createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(new String[]{"TLSv1.3"});
        if (!client) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }

    @SuppressWarnings("unchecked") // The attributes are a raw map in Hazelcast.
    private void begun(TlsChannel secured) {
        Channel channel = secured.channel();
        channel.attributeMap().put(TlsChannel.class, secured);
        channels.add(secured);
        channel.addCloseListener(_ -> {
            channels.remove(secured);
            halfOpen.ended(secured);
        });
        secured.closesAt(work.after(limits.handshake(), () -> secured.end(new RefusedConnectionException(
                "no handshake within " + limits.handshake().toSeconds() + " s"))));
        if (!channel.isClientMode()) {
            halfOpen.begins(secured).ifPresent(eldest -> eldest.end(new RefusedConnectionException(
                    "more than " + limits.halfOpen() + " handshakes at once: the eldest gives way")));
        }
    }

    void established(TlsChannel channel) {
        halfOpen.ended(channel);
        established.increment();
    }

    void refused(Channel channel, String reason) {
        refused.increment();
        refusals.log(untold -> LOG.warn("a membership connection with {} was refused: {}{}",
                channel.remoteSocketAddress(), reason,
                untold == 0 ? "" : " (and " + untold + " more since the last such line)"));
    }

    /** Who is at the other end of a connection; empty if that is not known, or it is none of this TLS. */
    Optional<MeshIdentity> peer(Connection connection) {
        return connection.attributeMap().get(TlsChannel.class) instanceof TlsChannel secured
                ? secured.peer()
                : Optional.empty();
    }

    /**
     * Closes every connection whose peer would not be accepted any more, and has such members put out: to be called when somebody was revoked.
     */
    public void judgeAgain() {
        Set<NodeId> out = channels.stream().map(TlsChannel::judgedAgain).flatMap(Optional::stream)
                .collect(Collectors.toSet());
        if (!out.isEmpty()) {
            expulsion.accept(out);
        }
    }

    /** What happens to members that are not accepted any more, beside the end of their connections. */
    void expelsBy(Consumer<Set<NodeId>> expels) {
        expulsion = expels;
    }

    public TlsCounters counters() {
        return new TlsCounters(established.sum(), refused.sum(), halfOpen.size());
    }

    /** Says goodbye on every connection, and waits a moment until that has left. */
    void goodbye() {
        channels.forEach(TlsChannel::sayGoodbye);
        waitFor(() -> channels.stream().allMatch(TlsChannel::goodbyeLeft));
    }

    /** The same, and waits until the others have closed: for a client, whose ending nobody tells its extension. */
    public void goodbyeAndEnd() {
        channels.forEach(TlsChannel::sayGoodbye);
        waitFor(channels::isEmpty);
    }

    private static void waitFor(BooleanSupplier condition) {
        long end = System.nanoTime() + GOODBYE_LIMIT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(GOODBYE_LOOK.toNanos());
        }
    }

    @Override
    public void close() {
        work.close();
    }
}
