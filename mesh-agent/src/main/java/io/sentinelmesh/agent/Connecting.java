package io.sentinelmesh.agent;

import java.util.BitSet;
import java.util.Optional;
import java.util.function.Function;

import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;

/** TCP connect beside the echo, where the policy asks for it: an engine of its own that is opened when there is somebody to connect to. One caller. */
final class Connecting implements AutoCloseable {

    private final Function<RoundSink, Measuring> opener;
    private final RoundSink sink;
    private RoundShape shape = RoundShape.DEFAULT;
    private Optional<Measuring> running = Optional.empty();

    Connecting(Function<RoundSink, Measuring> opener, RoundSink sink) {
        this.opener = opener;
        this.sink = new CellsOnly(sink);
    }

    /** Leaves out rows without cells: most pairs have their live cell from the echo. Engine thread. */
    private static final class CellsOnly implements RoundSink {

        private final RoundSink all;
        private boolean hadCells;

        CellsOnly(RoundSink all) {
            this.all = all;
        }

        @Override
        public void finished(MatrixRow row) {
            all.finished(row);
        }

        @Override
        public void live(LiveRow row) {
            // The first empty one is told: it takes the cells back.
            if (hadCells || !row.cells().isEmpty()) {
                all.live(row);
            }
            hadCells = !row.cells().isEmpty();
        }
    }

    /** @param shown the targets whose live cell this is */
    void targets(TargetSlots.Assignment wanted, BitSet shown) {
        if (running.isEmpty() && !wanted.targets().isEmpty()) {
            Measuring opened = opener.apply(sink);
            opened.reshape(shape);
            running = Optional.of(opened);
        }
        running.ifPresent(now -> now.targets(wanted, shown));
    }

    void reshape(RoundShape wanted) {
        shape = wanted;
        running.ifPresent(now -> now.reshape(wanted));
    }

    void restart() {
        running.ifPresent(Measuring::restart);
    }

    void check() {
        running.ifPresent(Measuring::check);
    }

    void report() {
        running.ifPresent(Measuring::report);
    }

    @Override
    public void close() {
        running.ifPresent(Measuring::close);
        running = Optional.empty();
    }
}
