package io.sentinelmesh.agent.spool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;

/** Stores batches as the aggregator does: of each boot only those beyond what it has, in order, each once. */
final class StandInAggregator {

    private final Map<UUID, Long> storedThrough = new HashMap<>();
    private final List<Frame.Batch> batches = new ArrayList<>();
    private final List<Long> rows = new ArrayList<>();
    private long results;

    /** What it would acknowledge. */
    Frame.Ack take(byte[] frame) {
        Frame.Batch batch = (Frame.Batch) FrameCodec.decode(frame);
        if (batch.sequence() > storedThrough.getOrDefault(batch.boot(), 0L)) {
            storedThrough.put(batch.boot(), batch.sequence());
            batches.add(batch);
            for (MatrixRow row : batch.rows()) {
                rows.add(Rounds.number(row));
                results += row.results().size();
            }
        }
        return new Frame.Ack(batch.boot(), storedThrough.get(batch.boot()));
    }

    /** Numbers of the stored rows, as they came. */
    List<Long> rows() {
        return rows;
    }

    Tally stored() {
        return new Tally(rows.size(), results);
    }

    List<Frame.Batch> batches() {
        return batches;
    }

    Optional<Frame.Batch> last() {
        return batches.isEmpty() ? Optional.empty() : Optional.of(batches.getLast());
    }
}
