package io.sentinelmesh.agent;

import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundRecorder;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.Prober;

/** The prober with the recorder behind it; both are made anew when the shape of a round changes. One caller. */
final class Measuring implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Measuring.class);

    /** Opens the best prober this host permits. */
    interface ProberFactory {
        Prober open(ProbePacing pacing, ProbeListener listener);
    }

    private final NodeId self;
    private final ProberFactory probers;
    private final RoundSink sink;

    private RoundShape shape;
    private RoundRecorder recorder;
    private Prober prober;
    private long reportedUnplaced;
    private TargetSlots.Assignment assignment = new TargetSlots.Assignment(List.of(), List.of());

    Measuring(NodeId self, ProberFactory probers, RoundShape shape, RoundSink sink) {
        this.self = self;
        this.probers = probers;
        this.sink = sink;
        this.shape = shape;
        this.recorder = new RoundRecorder(self, shape, sink);
        this.prober = probers.open(shape.pacing(), recorder);
        announce();
    }

    ProbeRung rung() {
        return prober.rung();
    }

    void targets(TargetSlots.Assignment wanted) {
        assignment = wanted;
        recorder.measures(prober.rung().kind(), wanted.destinationByIndex());
        prober.probe(wanted.targets());
    }

    /** Says in the log what could not be counted since the last call: nothing is dropped in silence. */
    void report() {
        long unplaced = recorder.unplacedFates();
        if (unplaced > reportedUnplaced) {
            LOG.warn("the wall clock stepped: {} packets belonged to no open round and are left out",
                    unplaced - reportedUnplaced);
        }
        reportedUnplaced = unplaced;
    }

    /** Takes over another round length or packet count, at the price of the round that is running. */
    void reshape(RoundShape wanted) {
        if (wanted.equals(shape)) {
            return;
        }
        LOG.info("rounds are now {} s with {} packets", wanted.length().toSeconds(), wanted.packets());
        prober.close();
        shape = wanted;
        recorder = new RoundRecorder(self, shape, sink);
        reportedUnplaced = 0;
        prober = probers.open(shape.pacing(), recorder);
        targets(assignment);
    }

    private void announce() {
        ProbeRung rung = prober.rung();
        LOG.info("measuring with {}", rung.label());
        rung.remedy().ifPresent(remedy -> LOG.warn("a better way to measure exists: {}", remedy));
    }

    @Override
    public void close() {
        prober.close();
    }
}
