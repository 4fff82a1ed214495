package io.sentinelmesh.agent;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.health.ProberSource;
import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundRecorder;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberCounters;

/** The prober with the recorder behind it; both are made anew when the shape of a round changes. One caller. */
final class Measuring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Measuring.class);

    private static final TargetSlots.Assignment NOTHING = new TargetSlots.Assignment(List.of(), List.of());

    /** Opens the best prober this host permits. */
    interface ProberFactory {
        Prober open(ProbePacing pacing, ProbeListener listener);
    }

    private final NodeId self;
    private final ProberFactory probers;
    private final RoundSink sink;
    private final boolean byChoice;

    private RoundShape shape;
    private RoundRecorder recorder;
    private Prober prober;
    private volatile ProbeRung rung;
    private volatile ProberSource source;
    private boolean running = true;
    /** What the prober in use was given. */
    private TargetSlots.Assignment applied = NOTHING;
    private long reportedUnplaced;
    private ProberCounters reported = ProberCounters.NONE;
    private BitSet appliedShown = new BitSet();
    private TargetSlots.Assignment assignment = NOTHING;
    private BitSet shown = new BitSet();

    Measuring(NodeId self, ProberFactory probers, RoundShape shape, RoundSink sink) {
        this(self, probers, shape, sink, false);
    }

    /** @param byChoice whether just this way to measure was asked for: then no better one is looked for */
    Measuring(NodeId self, ProberFactory probers, RoundShape shape, RoundSink sink, boolean byChoice) {
        this.self = self;
        this.byChoice = byChoice;
        this.probers = probers;
        this.sink = sink;
        this.shape = shape;
        this.recorder = new RoundRecorder(self, shape, sink);
        this.prober = probers.open(shape.pacing(), recorder);
        this.rung = prober.rung();
        this.source = sourceOf(prober, recorder);
        announce();
    }

    /** The rung in use. Any thread. */
    ProbeRung rung() {
        return rung;
    }

    /** How well the prober in use does. Any thread. */
    ProberSource source() {
        return source;
    }

    private static ProberSource sourceOf(Prober prober, RoundRecorder recorder) {
        return new ProberSource(recorder.fates(), prober.timerLateness(), () -> prober.counters().heldBack());
    }

    void targets(TargetSlots.Assignment wanted) {
        targets(wanted, wanted.probed());
    }

    /** @param show the targets that are to have a live cell */
    void targets(TargetSlots.Assignment wanted, BitSet show) {
        boolean same = wanted.equals(applied) && show.equals(appliedShown);
        assignment = wanted;
        shown = show;
        // Taking over targets costs the engine time: not every minute, if nothing changed.
        if (running && !same) {
            applied = wanted;
            appliedShown = show;
            recorder.measures(rung.kind(), wanted.destinationByIndex(), show);
            prober.probe(wanted.targets());
        }
    }

    /** Takes over another round length or packet count, at the price of the round that is running. */
    void reshape(RoundShape wanted) {
        if (!wanted.equals(shape)) {
            LOG.info("rounds are now {} s with {} packets, lost after {} ms", wanted.length().toSeconds(),
                    wanted.packets(),
                    wanted.lossThreshold().toMillis());
            shape = wanted;
            reopen();
        }
    }

    /** Opens another prober because something it is opened with has changed, at the price of the round that is running. */
    void again() {
        reopen();
    }

    /** Opens another prober if the one in use ended by itself or could not be opened. */
    void check() {
        Optional<String> trouble = prober.trouble();
        if (running && trouble.isPresent()) {
            LOG.error("measuring ended ({}): starting it again", trouble.get());
        }
        if (!running || trouble.isPresent()) {
            reopen();
        }
    }

    /** Opens the prober anew, with settings that the factory knows. */
    void restart() {
        reopen();
    }

    private void reopen() {
        report();
        running = false;
        applied = NOTHING;
        prober.close();
        recorder = new RoundRecorder(self, shape, sink);
        reportedUnplaced = 0;
        reported = ProberCounters.NONE;
        prober = probers.open(shape.pacing(), recorder);
        rung = prober.rung();
        source = sourceOf(prober, recorder);
        running = true;
        announce();
        targets(assignment, shown);
    }

    /** Says in the log what could not be counted since the last call: nothing is dropped in silence. */
    void report() {
        long unplaced = recorder.unplacedFates();
        if (unplaced > reportedUnplaced) {
            LOG.warn("the wall clock stepped: {} packets belonged to no open round and are left out",
                    unplaced - reportedUnplaced);
        }
        reportedUnplaced = unplaced;
        ProberCounters now = prober.counters();
        Optional<String> news = CounterNews.between(reported, now);
        news.ifPresent(text -> LOG.info("since the last report: {}", text));
        reported = now;
    }

    private void announce() {
        LOG.info("measuring with {}", rung.label());
        rung.remedy().filter(_ -> !byChoice)
                .ifPresent(remedy -> LOG.warn("a better way to measure exists: {}", remedy));
    }

    @Override
    public void close() {
        prober.close();
    }
}
