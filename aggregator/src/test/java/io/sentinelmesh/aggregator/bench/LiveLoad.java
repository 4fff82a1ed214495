package io.sentinelmesh.aggregator.bench;

import java.util.List;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;

/** What the agents of a benchmark say: the seam at which another generator of load goes in. */
interface LiveLoad {

    List<MeshNode> nodes();

    /** All cells of one source but that towards its {@link LiveBench#marked}, fresh for each turn. */
    List<LiveRow.Cell> cells(int source, int turn);
}
