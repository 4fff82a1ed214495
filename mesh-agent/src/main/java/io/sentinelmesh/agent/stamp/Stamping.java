package io.sentinelmesh.agent.stamp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundRecorder;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.RateCaps;
import io.sentinelmesh.probe.nativenet.NativeCallException;
import io.sentinelmesh.probe.stamp.StampProber;
import io.sentinelmesh.probe.stamp.StampSettings;
import io.sentinelmesh.probe.stamp.StampTarget;

/**
 * Measures the way to the reflectors of the peers: one packet per flow and round. Opens its sockets when there is somebody to send to.
 * Planning thread.
 */
public final class Stamping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Stamping.class);
    private static final int FLOWS = StampSettings.DEFAULT_FLOWS;

    private final NodeId self;
    private final Optional<InetAddress> source;
    private final RoundSink sink;
    private RoundShape shape;
    private RateCaps caps = RateCaps.DEFAULT;
    private Optional<Running> running = Optional.empty();
    private List<StampTarget> targets = List.of();
    private List<NodeId> destinations = List.of();
    private Map<Integer, Integer> reportedDead = Map.of();
    private long reportedUnplaced;
    private String reportedCounters = "";

    private record Running(StampProber prober, RoundRecorder recorder, FlowWatch flows) {
    }

    /** @param sink takes the finished rounds; live rows are the echo's alone, one cell shows one kind */
    public Stamping(NodeId self, Optional<InetAddress> source, RoundShape shape, RoundSink sink) {
        this.self = self;
        this.source = source;
        this.shape = shape;
        this.sink = new FinishedOnly(sink);
    }

    private record FinishedOnly(RoundSink all) implements RoundSink {

        @Override
        public void finished(MatrixRow row) {
            all.finished(row);
        }

        @Override
        public void live(LiveRow row) {
            // Never called: see below.
        }

        /** The pair's live cell is the echo's. */
        @Override
        public boolean takesLiveRows() {
            return false;
        }
    }

    /** @param known the peers and endpoints that the assignment is made of; those with a reflector are measured */
    public void targets(TargetSlots.Assignment assignment, List<MeshNode> known) {
        Map<NodeId, MeshNode> nodes = new HashMap<>();
        known.forEach(node -> nodes.put(node.id(), node));
        List<StampTarget> wanted = new ArrayList<>();
        for (ProbeTarget target : assignment.targets()) {
            MeshNode node = nodes.get(assignment.destinationByIndex().get(target.index()));
            int port = node == null ? 0 : node.reflectorPort();
            // Its reflector listens at its first address only.
            if (node != null && port > 0 && isAt(node.address(), target.address())) {
                wanted.add(new StampTarget(target.index(), target.address(), port, target.ownInterval()));
            }
        }
        if (wanted.equals(targets) && destinations.equals(assignment.destinationByIndex())) {
            return;
        }
        destinations = assignment.destinationByIndex();
        targets = List.copyOf(wanted);
        if (running.isEmpty() && !targets.isEmpty()) {
            open();
        }
        running.ifPresent(this::apply);
    }

    private static boolean isAt(String literal, InetAddress address) {
        try {
            return InetAddress.ofLiteral(literal).equals(address);
        } catch (IllegalArgumentException e) {
            // The name of an endpoint, which is what it was looked up from.
            return true;
        }
    }

    private void apply(Running to) {
        BitSet probed = new BitSet();
        targets.forEach(target -> probed.set(target.index()));
        to.recorder().measures(ProbeKind.STAMP, destinations, probed);
        to.flows().keepOnly(targets.stream().map(StampTarget::index).toList());
        to.prober().probe(targets);
    }

    private void open() {
        RoundRecorder recorder = new RoundRecorder(self, HeldAnswers.shape(shape, FLOWS), sink);
        FlowWatch flows = new FlowWatch(FLOWS);
        StampSettings settings = new StampSettings(new ProbePacing(shape.length(), shape.lossThreshold()), FLOWS,
                StampSettings.leastSize(false), 0, StampSettings.FULL_HOP_LIMIT, source, Optional.empty(), caps);
        try {
            StampProber prober = StampProber.open(settings, new StampRecorder(recorder, flows, shape.length(), FLOWS));
            running = Optional.of(new Running(prober, recorder, flows));
        } catch (NativeCallException e) {
            LOG.warn("no STAMP: {}", e.getMessage());
        }
    }

    /** Takes over another round length or loss threshold, at the price of the round that is running. */
    public void reshape(RoundShape wanted) {
        if (!wanted.length().equals(shape.length()) || !wanted.lossThreshold().equals(shape.lossThreshold())) {
            shape = wanted;
            reopen();
        }
    }

    /** Sends no more than that from now on, at the price of the round that is running. */
    public void limit(RateCaps wanted) {
        if (!wanted.equals(caps)) {
            caps = wanted;
            reopen();
        }
    }

    /** Opens the sender again if it ended by itself or could not be opened. */
    public void check() {
        Optional<String> trouble = running.flatMap(now -> now.prober().trouble());
        trouble.ifPresent(why -> LOG.error("the STAMP sender ended ({}): starting it again", why));
        if (trouble.isPresent() || (running.isEmpty() && !targets.isEmpty())) {
            reopen();
        }
        running.ifPresent(now -> reportFlows(now.flows()));
    }

    private void reopen() {
        boolean was = running.isPresent();
        close();
        if (was || !targets.isEmpty()) {
            open();
            running.ifPresent(this::apply);
        }
    }

    /** Says once when some flows to a peer begin to lose all while others get through, when their number changes, and when that ends. */
    private void reportFlows(FlowWatch flows) {
        Map<Integer, Integer> now = new HashMap<>();
        for (FlowWatch.State state : flows.states()) {
            if (state.target() >= destinations.size()) {
                continue;
            }
            NodeId peer = destinations.get(state.target());
            int before = reportedDead.getOrDefault(state.target(), 0);
            if (state.isSplit()) {
                now.put(state.target(), state.dead());
                if (state.dead() != before) {
                    LOG.warn("{} of {} flows to {} lose all ({} packets so far on the way there, {} on the way back)",
                            state.dead(), state.flows(), peer, state.forward(), state.backward());
                }
            } else if (before > 0) {
                LOG.info("the flows to {} fare alike again: {} of {} lose all", peer, state.dead(), state.flows());
            }
        }
        reportedDead = now;
    }

    /** Says in the log what could not be counted since the last call: nothing is dropped in silence. */
    public void report() {
        running.ifPresent(now -> {
            long unplaced = now.recorder().unplacedFates();
            if (unplaced > reportedUnplaced) {
                LOG.warn("the wall clock stepped: {} STAMP packets belonged to no open round and are left out",
                        unplaced - reportedUnplaced);
            }
            reportedUnplaced = unplaced;
            String counters = now.prober().counters().toString();
            if (!counters.equals(reportedCounters)) {
                LOG.info("STAMP so far: {}", counters);
            }
            reportedCounters = counters;
        });
    }

    @Override
    public void close() {
        running.ifPresent(now -> now.prober().close());
        running = Optional.empty();
        reportedUnplaced = 0;
        reportedCounters = "";
    }
}
