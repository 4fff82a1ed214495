package io.sentinelmesh.db.reads;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;

/**
 * The pairs of which the second window differs most from the first, for the worse or the better. Pairs that have nothing to compare are left out: by
 * loss those to which nothing was sent in one of them, by delay those that answered nothing. For one thread.
 */
public final class BiggestChanges implements MeshReads.Sink {

    private final Ranking ranking;
    private final Top<PairChange> top;
    /** Of the source that is being read, by destination. */
    private final Map<NodeId, PairFigures> before = new HashMap<>();
    private Optional<NodeId> source = Optional.empty();

    public BiggestChanges(Ranking ranking, int limit) {
        this.ranking = ranking;
        this.top = new Top<>(limit, Comparator.comparingDouble(this::size).reversed()
                .thenComparing(change -> change.now().source().name())
                .thenComparing(change -> change.now().destination().name())
                .thenComparing(change -> change.now().source().id())
                .thenComparing(change -> change.now().destination().id()));
    }

    @Override
    public void pair(MeshNode from, MeshNode to, int window, Instant slot, DelaySketch results) {
        if (source.isEmpty() || !source.get().equals(from.id())) {
            source = Optional.of(from.id());
            before.clear();
        }
        PairFigures figures = PairFigures.of(from, to, results);
        if (window == 0) {
            before.put(to.id(), figures);
            return;
        }
        PairFigures then = before.remove(to.id());
        if (then != null) {
            PairChange change = new PairChange(then, figures);
            if (size(change) > 0) {
                top.offer(change);
            }
        }
    }

    /** 0 or NaN: no change, or nothing to compare. */
    private double size(PairChange change) {
        return switch (ranking) {
            case LOSS -> Math.abs(change.lossRatioChange());
            // Half as long and twice as long are changes of one size.
            case DELAY -> Math.abs(Math.log(change.delayFactor()));
        };
    }

    /** The biggest first. */
    public List<PairChange> changes() {
        return top.inOrder();
    }
}
