package io.sentinelmesh.aggregator.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;

import io.sentinelmesh.aggregator.live.MeshView;
import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.CellFigures;
import io.sentinelmesh.aggregator.matrix.CellState;
import io.sentinelmesh.aggregator.matrix.LiveMatrix.ChangedCell;
import io.sentinelmesh.aggregator.matrix.LiveMatrix.RowAge;
import io.sentinelmesh.aggregator.roster.AgentState;
import io.sentinelmesh.measurement.DelayCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The messages of docs/stream.md as bytes and text. Pure. */
final class StreamEncoder {

    private static final byte MAGIC = 'M';
    static final byte SNAPSHOT = 1;
    static final byte DELTA = 2;
    private static final short LAYOUT_VERSION = 1;
    private static final int HEADER_BYTES = 24;
    private static final int ENTRY_BYTES = 8;
    private static final long NO_REPORT = 0xFFFF_FFFFL;
    private static final int NOTHING_SENT = 255;
    private static final int NO_DELAY = 0;

    private StreamEncoder() {
    }

    static String nodes(MeshView view) {
        JsonArray nodes = new JsonArray();
        for (MeshView.ViewedNode viewed : view.nodes()) {
            JsonObject node = new JsonObject().put("index", viewed.index()).put("id", viewed.node().id().toString())
                    .put("name", viewed.node().name()).put("site", viewed.node().site()).put("role",
                            switch (viewed.node().role()) {
                                case AGENT -> "agent";
                                case ENDPOINT -> "endpoint";
                            });
            viewed.state().map(AgentState::label).ifPresent(state -> node.put("state", state));
            if (viewed.node().isBehindNat()) {
                node.put("behindNat", true);
            }
            nodes.add(node);
        }
        return new JsonObject().put("type", "nodes").put("nodes", nodes).encode();
    }

    static byte[] snapshot(long tick, MeshView view) {
        return message(SNAPSHOT, tick, view.at(), view.rows(),
                view.cells().stream().map(StreamEncoder::entry).toList());
    }

    static byte[] delta(long tick, Instant at, List<RowAge> rows, List<ChangedCell> cells) {
        return message(DELTA, tick, at, rows,
                cells.stream()
                        .map(changed -> changed.cell().map(StreamEncoder::entry)
                                .orElseGet(() -> new Entry(changed.source(), changed.destination(),
                                        CellState.NOT_PROBED, NOTHING_SENT, NO_DELAY)))
                        .toList());
    }

    private static Entry entry(Cell cell) {
        CellFigures figures = cell.figures();
        // 0 is "none" here, so the codes are one higher than the wire's.
        int delay = figures.answered() ? DelayCode.encode(figures.medianMicros()) + 1 : NO_DELAY;
        return new Entry(cell.source(), cell.destination(), cell.state(), lossCode(figures), delay);
    }

    /** One cell, in the codes of the message. */
    record Entry(int source, int destination, CellState state, int loss, int delay) {
    }

    static byte[] message(byte type, long tick, Instant at, List<RowAge> rows, List<Entry> cells) {
        byte[] message = new byte[Math.addExact(HEADER_BYTES,
                Math.multiplyExact(ENTRY_BYTES, Math.addExact(rows.size(), cells.size())))];
        ByteBuffer out = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).put(type).putShort(LAYOUT_VERSION).putInt((int) tick).putDouble(millis(at)).putInt(rows.size())
                .putInt(cells.size());
        for (RowAge row : rows) {
            long age = row.ageMillis().isEmpty() ? NO_REPORT : Math.min(row.ageMillis().getAsLong(), NO_REPORT - 1);
            out.putShort((short) row.source()).putShort((short) 0).putInt((int) age);
        }
        for (Entry cell : cells) {
            out.putShort((short) cell.source).putShort((short) cell.destination).put((byte) cell.state.code())
                    .put((byte) cell.loss).putShort((short) cell.delay);
        }
        return message;
    }

    private static double millis(Instant at) {
        return at.getEpochSecond() * 1e3 + at.getNano() / 1e6;
    }

    /** Half percents, rounded, but never to "no loss" or "all lost" unless it is exactly that. */
    static int lossCode(CellFigures figures) {
        if (figures.sent() == 0) {
            return NOTHING_SENT;
        }
        if (figures.lost() == 0) {
            return 0;
        }
        return figures.received() == 0 ? 200 : Math.clamp(Math.round(figures.lossRatio() * 200), 1, 199);
    }
}
