package io.sentinelmesh.aggregator.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
    private static final byte SNAPSHOT = 1;
    private static final byte DELTA = 2;
    private static final short LAYOUT_VERSION = 1;
    private static final int HEADER_BYTES = 24;
    private static final int ENTRY_BYTES = 8;
    /** Unsigned 4294967295. */
    private static final int NO_REPORT = -1;
    private static final int NOTHING_SENT = 255;

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
            nodes.add(node);
        }
        return new JsonObject().put("type", "nodes").put("nodes", nodes).encode();
    }

    static byte[] snapshot(long tick, MeshView view) {
        byte[] message = new byte[length(view.rows().size(), view.cells().size())];
        ByteBuffer out = begin(message, SNAPSHOT, tick, view.at(), view.rows(), view.cells().size());
        view.cells().forEach(cell -> put(out, cell));
        return message;
    }

    static byte[] delta(long tick, Instant at, List<RowAge> rows, List<ChangedCell> cells) {
        byte[] message = new byte[length(rows.size(), cells.size())];
        ByteBuffer out = begin(message, DELTA, tick, at, rows, cells.size());
        for (ChangedCell changed : cells) {
            Optional<Cell> now = changed.cell();
            if (now.isPresent()) {
                put(out, now.get());
            } else {
                put(out, changed.source(), changed.destination(), CellState.NOT_PROBED, NOTHING_SENT, 0);
            }
        }
        return message;
    }

    private static int length(int rows, int cells) {
        return Math.addExact(HEADER_BYTES, Math.multiplyExact(ENTRY_BYTES, Math.addExact(rows, cells)));
    }

    private static ByteBuffer begin(byte[] message, byte type, long tick, Instant at, List<RowAge> rows, int cells) {
        ByteBuffer out = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).put(type).putShort(LAYOUT_VERSION).putInt((int) tick).putDouble((double) at.toEpochMilli())
                .putInt(rows.size()).putInt(cells);
        for (RowAge row : rows) {
            out.putShort((short) row.source()).putShort((short) 0).putInt(row.ageMillis().orElse(NO_REPORT));
        }
        return out;
    }

    private static void put(ByteBuffer out, Cell cell) {
        CellFigures figures = cell.figures();
        // 0 is "none" here, so the codes are one higher than the wire's.
        int delay = figures.answered() ? DelayCode.encode(figures.medianMicros()) + 1 : 0;
        put(out, cell.source(), cell.destination(), cell.state(), lossCode(figures), delay);
    }

    private static void put(ByteBuffer out, int source, int destination, CellState state, int loss, int delay) {
        out.putShort((short) source).putShort((short) destination).put((byte) state.code()).put((byte) loss)
                .putShort((short) delay);
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
