package io.sentinelmesh.agent.membership;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.membership.ClusterSeat;
import io.sentinelmesh.membership.MembershipException;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.membership.MembershipState;
import io.sentinelmesh.membership.ModeChoice;
import io.sentinelmesh.membership.SeatSettings;

/**
 * A lite member of the cluster or a client of it, as {@link ModeChoice} says. Everything that blocks runs on one thread of its own, so the agent
 * measures whether or not there is a cluster.
 */
public final class ClusterMembership implements Membership {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMembership.class);

    /** An entry outlives two missed renewals. */
    static final Duration ENTRY_LIFE = Duration.ofSeconds(60);
    static final Duration RENEWAL = Duration.ofSeconds(20);
    /** Events can be lost in a merge; reading everything now and then repairs that. */
    static final Duration READING = Duration.ofSeconds(5);
    /** Lets a member that just came finish joining. */
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final MeshNode self;
    private final MemberChoices choices;
    private final SeatSettings settings;
    private final RegistryListener listener;
    private final OwnerThread thread = new OwnerThread("membership");

    private final AtomicBoolean renewalPending = new AtomicBoolean();
    private volatile MembershipState state = new MembershipState(MembershipMode.NONE, "not joined yet");
    private volatile @Nullable ClusterSeat seat;

    // These belong to the thread above.
    private boolean registryReached = true;
    private boolean written;

    private ClusterMembership(MeshNode self, SeatSettings settings, MemberChoices choices, RegistryListener listener) {
        this.self = self;
        this.settings = settings;
        this.choices = choices;
        this.listener = listener;
    }

    /** Returns at once; joining goes on in the background and is tried again for as long as the agent runs. */
    public static ClusterMembership start(MeshNode self, SeatSettings settings, MemberChoices choices,
            RegistryListener listener) {
        ClusterMembership membership = new ClusterMembership(self, settings, choices, listener);
        membership.thread.every(RENEWAL, membership::renew);
        membership.thread.every(READING, membership::readAll);
        return membership;
    }

    @Override
    public MembershipState state() {
        return state;
    }

    @Override
    public void judgePeersAgain() {
        seat().ifPresent(ClusterSeat::judgePeersAgain);
    }

    @Override
    public void judgeModeAgain() {
        renewSoon();
    }

    private Optional<ClusterSeat> seat() {
        return Optional.ofNullable(seat);
    }

    private void renew() {
        ClusterSeat held = seat;
        if (held != null && !held.isRunning()) {
            LOG.warn("the membership ended by itself: joining again");
            giveUp(held);
            held = null;
        }
        MembershipState chosen = choices.choose(held == null ? MembershipMode.NONE : modeOf(held.kind()));
        if (held != null && modeOf(held.kind()) != chosen.mode()) {
            LOG.info("from now on {} of the mesh: {}", chosen.mode().text(), chosen.reason());
            giveUp(held);
            held = null;
        }
        if (held == null && chosen.mode() != MembershipMode.NONE) {
            join(chosen);
        } else {
            tell(chosen);
        }
        write();
        read();
    }

    private void giveUp(ClusterSeat held) {
        held.terminate();
        seat = null;
    }

    private static MembershipMode modeOf(SeatSettings.Kind kind) {
        return switch (kind) {
            case DATA, LITE -> MembershipMode.MEMBER;
            case CLIENT -> MembershipMode.CLIENT;
        };
    }

    private void join(MembershipState chosen) {
        SeatSettings.Kind kind = chosen.mode() == MembershipMode.CLIENT
                ? SeatSettings.Kind.CLIENT
                : SeatSettings.Kind.LITE;
        try {
            ClusterSeat taken = ClusterSeat.take(settings.as(kind), new Changes());
            seat = taken;
            tell(chosen);
            LOG.info("{} of the mesh{} ({} members)", chosen.mode().text(),
                    kind == SeatSettings.Kind.LITE ? " at " + settings.memberAddress() : "", taken.members());
        } catch (MembershipException e) {
            tell(new MembershipState(MembershipMode.NONE, chosen.mode().text() + " is not possible: "
                    + e.getMessage()));
            LOG.warn("cannot be a {} of the mesh{}: {}; peers come from the aggregator meanwhile, trying again in {} s",
                    chosen.mode().text(), kind == SeatSettings.Kind.LITE ? " at " + settings.memberAddress() : "",
                    e.getMessage(), RENEWAL.toSeconds());
        }
    }

    private void tell(MembershipState now) {
        if (!now.equals(state)) {
            state = now;
            LOG.info("membership: {}", now.text());
            listener.takesPart(now);
        }
    }

    private void write() {
        written = withSeat(held -> held.put(self.id().toString(),
                RegistryEntry.of(self, settings.memberAddress(), false).toJson(), ENTRY_LIFE));
    }

    /** Between renewals; writes as well if the last writing failed, as the first one does while the aggregator still settles its data. */
    private void readAll() {
        if (!written) {
            write();
        }
        read();
    }

    private void read() {
        boolean _ = withSeat(held -> {
            for (String json : held.registry()) {
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

    /** The registry lives on aggregators; without one of them every use of it fails, and the mesh goes on with what it knows. */
    private boolean withSeat(Consumer<ClusterSeat> use) {
        Optional<ClusterSeat> held = seat();
        if (held.isEmpty()) {
            return false;
        }
        try {
            use.accept(held.get());
            if (!registryReached) {
                LOG.info("the registry is back");
                registryReached = true;
            }
            return true;
        } catch (MembershipException e) {
            if (registryReached) {
                LOG.info("no aggregator among the members at present: going on with the peers known so far");
                LOG.debug("the registry failed", e);
                registryReached = false;
            }
            return false;
        }
    }

    private final class Changes implements ClusterSeat.Listener {

        @Override
        public void joined(String memberAddress, int members) {
            // A data member that comes (back) holds none of what was in the registry.
            renewSoon();
        }

        @Override
        public void left(String memberAddress, int members) {
            // Whoever left may have said goodbye; the regular reading finds out.
        }
    }

    @Override
    public void close() {
        try {
            boolean ended = thread.end(() -> {
                boolean _ = withSeat(held -> held.put(self.id().toString(),
                        RegistryEntry.of(self, settings.memberAddress(), true).toJson(), ENTRY_LIFE));
                seat().ifPresent(ClusterSeat::terminate);
            }, CLOSE_LIMIT);
            if (!ended) {
                LOG.info("left the membership without goodbye: no answer within {} s", CLOSE_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
