package io.sentinelmesh.db.reads;

import io.sentinelmesh.db.tile.DelaySketch;
import io.sentinelmesh.db.tile.RoundTile;
import io.sentinelmesh.db.tile.RoundTileReader;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

/** Results as a store hands them to sinks. */
final class Results {

    private Results() {
    }

    static DelaySketch of(int sent, int... delays) {
        RoundTile tile = new RoundTile();
        int length = tile.encode(new PairResult[]{PairResult.of(NodeId.random(), sent, delays)}, 1);
        RoundTileReader reader = new RoundTileReader().open(tile.bytes(), 0, length);
        reader.seek(0);
        DelaySketch sketch = new DelaySketch();
        sketch.add(reader);
        return sketch;
    }

    static MeshNode agent(String name, String site) {
        return new MeshNode(NodeId.random(), MeshNode.Role.AGENT, name, site, "192.0.2.1");
    }
}
