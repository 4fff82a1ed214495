package io.sentinelmesh.aggregator.ingest;

import java.util.List;

import io.sentinelmesh.db.ReceivedBatch;

/** Is told by the store writer, on the writer's thread. */
@FunctionalInterface
public interface WriterListener {

    /** These are durable (or given up) and may be acknowledged, in this order. */
    void settled(List<ReceivedBatch> batches);
}
