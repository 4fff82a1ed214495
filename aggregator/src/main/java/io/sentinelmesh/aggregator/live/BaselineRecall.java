package io.sentinelmesh.aggregator.live;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.matrix.Baseline;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.MeasurementStore.PairMedian;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * What was usual before this start: asked for once, on a thread of its own, which may block, while the aggregator serves already. Of a million pairs it
 * takes seconds, so it is handed to the mesh thread in portions, each when the one before has been taken.
 */
public final class BaselineRecall implements Runnable {

    /** What was usual in the last hour is usual now. */
    private static final Duration MEMORY = Duration.ofHours(1);
    /** A portion is some milliseconds of work for the mesh thread. */
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(10);
    /** Agents tell no live cells of STAMP, so its memories would only take others' places. */
    private static final Set<ProbeKind> KINDS = Set.copyOf(
            EnumSet.complementOf(EnumSet.of(ProbeKind.STAMP)));

    private static final Logger log = LoggerFactory.getLogger(BaselineRecall.class);

    private final MeasurementStore store;
    private final MeshThread mesh;
    private final Clock clock;

    public BaselineRecall(MeasurementStore store, MeshThread mesh, Clock clock) {
        this.store = store;
        this.mesh = mesh;
        this.clock = clock;
    }

    @Override
    public void run() {
        try {
            store.recentMedians(KINDS, clock.instant().minus(MEMORY), this::hand);
        } catch (StoreException unknown) {
            log.warn(
                    "What was usual in the last hour is not known, so each pair learns it anew within three rounds: {}",
                    unknown.getMessage());
        } catch (CompletionException notTaken) {
            log.warn("What was usual in the last hour was not taken within {} s; the program ends, or is overloaded",
                    TAKEN_WITHIN.toSeconds());
        }
    }

    private void hand(List<PairMedian> portion) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        mesh.execute(() -> {
            LiveMatrix matrix = mesh.mesh().matrix();
            for (PairMedian usual : portion) {
                matrix.recall(usual.source(), usual.destination(), usual.kind(),
                        Baseline.remembered(usual.medianMicros(), usual.minutes()));
            }
            taken.complete(true);
        });
        taken.orTimeout(TAKEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join();
    }
}
