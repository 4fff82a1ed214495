package io.sentinelmesh.aggregator.past;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.sentinelmesh.measurement.MeshNode;

/**
 * The matrix as it was.
 *
 * @param period what each cell sums up: a minute or an hour where rounds are not kept any more; zero: one round
 * @param nodes everyone who was ever known
 */
public record PastMatrix(Instant at, Duration period, List<MeshNode> nodes, PastCells cells) {

    public PastMatrix {
        nodes = List.copyOf(nodes);
    }
}
