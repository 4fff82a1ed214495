package io.sentinelmesh.db.reads;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.measurement.MeshNode;

/**
 * The pairs that lost most, or took longest, over a window. A pair to which nothing was sent is in neither list, one that lost all is in the first
 * only. For one thread.
 */
public final class WorstPairs implements MeshReads.Sink {

    private static final Comparator<PairFigures> BY_NAME = Comparator
            .comparing((PairFigures pair) -> pair.source().name()).thenComparing(pair -> pair.destination().name())
            .thenComparing(pair -> pair.source().id()).thenComparing(pair -> pair.destination().id());

    private final Ranking ranking;
    private final Top<PairFigures> top;

    /**
     * @param limit the most pairs wanted
     */
    public WorstPairs(Ranking ranking, int limit) {
        this.ranking = ranking;
        Comparator<PairFigures> worseFirst = switch (ranking) {
            case LOSS -> Comparator.comparingDouble(PairFigures::lossRatio).reversed()
                    .thenComparing(Comparator.comparingLong((PairFigures pair) -> pair.sent() - pair.received())
                            .reversed());
            case DELAY -> Comparator.comparingInt(WorstPairs::median).reversed();
        };
        this.top = new Top<>(limit, worseFirst.thenComparing(BY_NAME));
    }

    @Override
    public void pair(MeshNode source, MeshNode destination, int window, Instant slot, DelaySketch results) {
        boolean counts = switch (ranking) {
            case LOSS -> results.sent() > results.received();
            case DELAY -> results.received() > 0;
        };
        if (counts) {
            top.offer(PairFigures.of(source, destination, results));
        }
    }

    private static int median(PairFigures pair) {
        return pair.delays().map(DelayFigures::median).orElse(0);
    }

    /** The worst first. */
    public List<PairFigures> worst() {
        return top.inOrder();
    }
}
