package io.sentinelmesh.aggregator.stream;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

import io.sentinelmesh.aggregator.live.MeshView;
import io.sentinelmesh.aggregator.matrix.KindChoice;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.aggregator.matrix.MatrixTick;
import io.sentinelmesh.aggregator.matrix.MatrixTick.ChangedRow;
import io.sentinelmesh.aggregator.matrix.MatrixTick.RowAge;
import io.sentinelmesh.aggregator.roster.AgentState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The messages of docs/stream.md as bytes and text. Keeps nothing but scratch space; one thread. */
final class StreamEncoder {

    static final byte SNAPSHOT = 1;
    static final byte DELTA = 2;
    static final int LAYOUT_VERSION = 2;
    private static final byte MAGIC = 'M';
    private static final int BLOCKS_AT = 20;

    /** Which message of which run. */
    record Stamp(long run, long tick, Instant at) {
    }

    private final Bytes out = new Bytes();
    private final RowBlock block = new RowBlock(out);
    private int[] codes = new int[1_024];
    private int blocks;
    private int cells;

    static String nodes(long run, List<MeshView.ViewedNode> view) {
        JsonArray nodes = new JsonArray();
        for (MeshView.ViewedNode viewed : view) {
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
        return new JsonObject().put("type", "nodes").put("run", run).put("nodes", nodes).encode();
    }

    /** Every cell of that choice and scope as it is now. */
    byte[] snapshot(Stamp stamp, LiveMatrix matrix, List<RowAge> ages, KindChoice kind, Scope scope) {
        begin(SNAPSHOT, stamp);
        for (RowAge age : ages) {
            BitSet destinations = matrix.destinations(age.source(), kind);
            scope.confine(age.source(), destinations);
            if (scope.tells(age.source())) {
                row(matrix, kind, age.source(), ageOf(age.ageMillis()), destinations);
            }
        }
        return end();
    }

    /** What changed by that tick. */
    byte[] delta(Stamp stamp, LiveMatrix matrix, MatrixTick changes, KindChoice kind, Scope scope) {
        begin(DELTA, stamp);
        TreeMap<Integer, Long> ages = new TreeMap<>();
        changes.rows().stream().filter(row -> scope.tells(row.source()))
                .forEach(row -> ages.put(row.source(), ageOf(row.ageMillis())));
        TreeMap<Integer, BitSet> changed = new TreeMap<>();
        for (ChangedRow row : changes.changed()) {
            row.of(kind).map(bits -> (BitSet) bits.clone()).ifPresent(bits -> {
                scope.confine(row.source(), bits);
                if (!bits.isEmpty()) {
                    changed.put(row.source(), bits);
                }
            });
        }
        TreeSet<Integer> sources = new TreeSet<>(ages.keySet());
        sources.addAll(changed.keySet());
        for (int source : sources) {
            row(matrix, kind, source, ages.getOrDefault(source, RowBlock.NOT_TOLD),
                    changed.getOrDefault(source, new BitSet()));
        }
        return end();
    }

    private void row(LiveMatrix matrix, KindChoice kind, int source, long age, BitSet destinations) {
        int count = destinations.cardinality();
        if (codes.length < count) {
            codes = new int[count + count / 2];
        }
        matrix.codes(source, kind, destinations, codes);
        row(source, age, destinations, codes);
    }

    void row(int source, long age, BitSet destinations, int[] codes) {
        block.write(source, age, destinations, codes);
        blocks++;
        cells += destinations.cardinality();
    }

    void begin(byte type, Stamp stamp) {
        out.clear();
        blocks = 0;
        cells = 0;
        out.u8(MAGIC);
        out.u8(type);
        out.u16(LAYOUT_VERSION);
        out.u32(stamp.run);
        out.u32(stamp.tick);
        out.f64(stamp.at.getEpochSecond() * 1e3 + stamp.at.getNano() / 1e6);
        out.u32(0);
        out.u32(0);
    }

    byte[] end() {
        out.setU32(BLOCKS_AT, blocks);
        out.setU32(BLOCKS_AT + 4, cells);
        return out.toArray();
    }

    static long ageOf(OptionalLong millis) {
        return millis.isEmpty() ? RowBlock.NO_REPORT : Math.min(millis.getAsLong(), RowBlock.NOT_TOLD - 1);
    }
}
