package io.sentinelmesh.aggregator.ingest;

import java.time.Duration;

import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.wire.Frame;

/** Batches as the store takes them. */
public final class Received {

    private Received() {
    }

    public static ReceivedBatch of(Frame.Batch batch) {
        return new ReceivedBatch(batch.agent(), batch.boot(), batch.sequence(), batch.endpoints(), batch.rows(),
                batch.metrics(), batch.traces(), Duration.ZERO);
    }
}
