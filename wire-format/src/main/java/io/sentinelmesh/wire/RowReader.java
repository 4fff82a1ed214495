package io.sentinelmesh.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import com.google.protobuf.ByteString;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RecentFates;
import io.sentinelmesh.wire.WireFormatException.Problem;
import io.sentinelmesh.wire.proto.Dictionary;
import io.sentinelmesh.wire.proto.Row;

/** The rows of one frame out of their columns, the reverse of {@link RowWriter}; believes nothing. One for each frame. */
final class RowReader {

    final List<NodeId> nodes;
    final List<InetAddress> offenders;
    /** By index of the node: the code of its shortest delay in the row before that had one. */
    final int[] firstDelays;
    private int cells;
    private int delays;
    private int refusals;

    RowReader(Dictionary dictionary) {
        nodes = nodes(dictionary.getNodes());
        offenders = offenders(dictionary.getOffendersList());
        firstDelays = new int[nodes.size()];
    }

    MatrixRow matrixRow(Row row, NodeId agent) {
        NodeId source = row.getSource().isEmpty() ? agent : FrameReader.nodeId(row.getSource(), "source of a row");
        return new MatrixRow(source, ProbeKind.ofNumber(row.getKind()), Scalars.instant(row.getAtMicros()),
                Scalars.duration(row.getRoundLengthMicros()), results(row));
    }

    LiveRow liveRow(Row row) {
        List<PairResult> results = results(row);
        int size = results.size();
        Column counts = Column.forCells(size, "recent_count", row.getRecentCountList());
        if (row.getRecentLostCount() > size) {
            throw new WireFormatException(Problem.INVALID_CONTENT,
                    "column recent_lost has " + row.getRecentLostCount() + " values for " + size + " cells");
        }
        List<LiveRow.Cell> live = new ArrayList<>(size);
        int count = 0;
        for (int cell = 0; cell < size; cell++) {
            count = counts.within(0, RecentFates.CAPACITY, (long) count + counts.at(cell));
            long lost = cell < row.getRecentLostCount() ? row.getRecentLost(cell) : 0;
            live.add(new LiveRow.Cell(results.get(cell), new RecentFates(lost, count)));
        }
        return new LiveRow(FrameReader.nodeId(row.getSource(), "source of a live row"),
                ProbeKind.ofNumber(row.getKind()), Scalars.instant(row.getAtMicros()),
                Scalars.duration(row.getRoundLengthMicros()), live);
    }

    private List<PairResult> results(Row row) {
        FrameLimits.atMost(FrameLimits.MAX_CELLS, row.getCells(), "cells in one row");
        cells = FrameLimits.atMost(FrameLimits.MAX_CELLS, cells + row.getCells(), "cells");
        return new CellReader(row, this).results();
    }

    /** Before anything is allocated for them: one byte each, they are what a frame can hold most of. */
    void countDelays(int more) {
        delays = FrameLimits.atMost(FrameLimits.MAX_DELAYS, delays + more, "delays");
    }

    void countRefusal() {
        refusals = FrameLimits.atMost(FrameLimits.MAX_REFUSALS, refusals + 1, "refusals");
    }

    private static List<NodeId> nodes(ByteString ids) {
        if (ids.size() % Scalars.UUID_BYTES != 0) {
            throw new WireFormatException(Problem.INVALID_CONTENT, "the dictionary's nodes take " + ids.size()
                    + " bytes, which is not a multiple of " + Scalars.UUID_BYTES);
        }
        int count = FrameLimits.atMost(FrameLimits.MAX_NODES, ids.size() / Scalars.UUID_BYTES, "destinations");
        ByteBuffer source = ids.asReadOnlyByteBuffer();
        List<NodeId> nodes = new ArrayList<>(count);
        while (source.hasRemaining()) {
            nodes.add(new NodeId(Scalars.uuid(source)));
        }
        return nodes;
    }

    private static List<InetAddress> offenders(List<ByteString> addresses) {
        FrameLimits.atMost(FrameLimits.MAX_OFFENDERS, addresses.size(), "offenders");
        List<InetAddress> offenders = new ArrayList<>(addresses.size());
        for (ByteString address : addresses) {
            try {
                offenders.add(InetAddress.getByAddress(address.toByteArray()));
            } catch (UnknownHostException wrongLength) {
                throw new WireFormatException(Problem.INVALID_CONTENT,
                        "the address of an offender has 4 or 16 bytes, not " + address.size(), wrongLength);
            }
        }
        return offenders;
    }
}
