package io.sentinelmesh.agent;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.ProbeTarget;
import io.sentinelmesh.probe.Prober;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MeasuringTest {

    private static final ProbeTarget TARGET = new ProbeTarget(0, InetAddress.ofLiteral("192.0.2.1"));
    private static final TargetSlots.Assignment ONE_TARGET = new TargetSlots.Assignment(List.of(TARGET),
            List.of(NodeId.random()));
    private static final RoundShape OTHER_SHAPE = new RoundShape(Duration.ofSeconds(20), 10, Duration.ofSeconds(1));

    private final List<StandInProber> opened = new ArrayList<>();
    private boolean openingFails;
    private final Measuring measuring = new Measuring(NodeId.random(), this::open, RoundShape.DEFAULT, new RoundSink() {
        @Override
        public void finished(MatrixRow row) {
            // no packets here
        }

        @Override
        public void live(LiveRow row) {
            // no packets here
        }
    });

    @Test
    void an_engine_that_died_is_replaced_and_gets_the_same_targets() {
        measuring.targets(ONE_TARGET);
        opened.getFirst().trouble = Optional.of("out of file descriptors");

        measuring.check();

        assertThat(opened).hasSize(2);
        assertThat(opened.getFirst().closed).isTrue();
        assertThat(opened.getLast().targets).containsExactly(TARGET);
    }

    @Test
    void an_engine_that_works_is_left_alone() {
        measuring.targets(ONE_TARGET);

        measuring.check();

        assertThat(opened).hasSize(1);
    }

    @Test
    void an_engine_is_not_given_what_it_has() {
        measuring.targets(ONE_TARGET);
        measuring.targets(new TargetSlots.Assignment(ONE_TARGET.targets(), ONE_TARGET.destinationByIndex()));

        assertThat(opened.getFirst().given).isEqualTo(1);
    }

    @Test
    void a_prober_that_could_not_be_opened_for_another_shape_is_tried_again() {
        measuring.targets(ONE_TARGET);
        openingFails = true;
        assertThatThrownBy(() -> measuring.reshape(OTHER_SHAPE)).isInstanceOf(IllegalStateException.class);

        openingFails = false;
        measuring.check();

        assertThat(opened.getLast().pacing).isEqualTo(OTHER_SHAPE.pacing());
        assertThat(opened.getLast().targets).containsExactly(TARGET);
    }

    @Test
    void the_same_shape_again_changes_nothing() {
        measuring.reshape(RoundShape.DEFAULT);

        assertThat(opened).hasSize(1);
    }

    private Prober open(ProbePacing pacing, ProbeListener listener) {
        if (openingFails) {
            throw new IllegalStateException("no sockets left");
        }
        opened.add(new StandInProber(pacing));
        return opened.getLast();
    }

    private static final class StandInProber implements Prober {

        private final ProbePacing pacing;
        private List<ProbeTarget> targets = List.of();
        private Optional<String> trouble = Optional.empty();
        private boolean closed;
        private int given;

        StandInProber(ProbePacing pacing) {
            this.pacing = pacing;
        }

        @Override
        public ProbeRung rung() {
            return new ProbeRung(ProbeKind.ICMP_ECHO, "stand-in", Optional.empty());
        }

        @Override
        public Optional<String> trouble() {
            return closed ? Optional.empty() : trouble;
        }

        @Override
        public void probe(List<ProbeTarget> wanted) {
            targets = wanted;
            given++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
