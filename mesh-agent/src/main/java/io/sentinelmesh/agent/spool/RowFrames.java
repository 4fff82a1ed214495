package io.sentinelmesh.agent.spool;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PathTrace;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;

/** Rows as BATCH frames: one to a frame on disk, several of one batch to a frame on the link. */
final class RowFrames {

    private static final Logger LOG = LoggerFactory.getLogger(RowFrames.class);

    private final NodeId agent;
    private final UUID boot;

    private final Supplier<SelfReport> self;

    RowFrames(NodeId agent, UUID boot, Supplier<SelfReport> self) {
        this.agent = agent;
        this.boot = boot;
        this.self = self;
    }

    /**
     * Empty if it is beyond what a frame may hold.
     *
     * @param traces that travel with it
     */
    Optional<byte[]> ofRow(MatrixRow row, List<MeshNode> endpoints, List<PathTrace> traces, long sequence,
            Instant now) {
        try {
            return Optional.of(FrameCodec.encode(new Frame.Batch(agent, boot, sequence, now, measured(row, endpoints),
                    List.of(row), 0, Optional.empty(), List.of(), traces)));
        } catch (WireFormatException e) {
            return Optional.empty();
        }
    }

    private static List<MeshNode> measured(MatrixRow row, List<MeshNode> endpoints) {
        if (endpoints.isEmpty()) {
            return List.of();
        }
        Set<NodeId> destinations = new HashSet<>();
        row.results().forEach(result -> destinations.add(result.destination()));
        return endpoints.stream().filter(endpoint -> destinations.contains(endpoint.id())).toList();
    }

    static byte[] payload(Held.Entry entry) {
        return Arrays.copyOfRange(entry.record(), RecordHeader.BYTES, entry.record().length);
    }

    Merge merge() {
        return new Merge();
    }

    /** Gathers the rows of one batch. */
    final class Merge {

        private final List<MatrixRow> rows = new ArrayList<>();
        private final Map<NodeId, MeshNode> endpoints = new LinkedHashMap<>();
        private final List<PathTrace> traces = new ArrayList<>();
        private SelfReport report = SelfReport.NOTHING;

        /** What the agent says of itself goes along: for a batch that is sent for the first time. */
        Merge withSelf() {
            report = self.get();
            return this;
        }

        /**
         * @return whether the row could be read; of an agent that this folder belonged to before, it is of no use either
         */
        boolean add(byte[] payload) {
            try {
                if (FrameCodec.decode(payload) instanceof Frame.Batch batch && batch.agent().equals(agent)) {
                    rows.addAll(batch.rows());
                    traces.addAll(batch.traces());
                    batch.endpoints().forEach(endpoint -> endpoints.put(endpoint.id(), endpoint));
                    return true;
                }
                LOG.warn("the spool holds a round that is not this agent's: dropped");
            } catch (WireFormatException e) {
                LOG.warn("the spool holds a round that cannot be understood: dropped", e);
            }
            return false;
        }

        byte[] frame(UUID ofBoot, long sequence, Instant now, long roundsDropped) {
            return FrameCodec.encode(new Frame.Batch(agent, ofBoot, sequence, now,
                    List.copyOf(endpoints.values()), rows, Math.max(0, roundsDropped), report.health(),
                    report.metrics(), traces));
        }
    }
}
