package io.sentinelmesh.aggregator.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RecentFates;

/**
 * A wide area as the simulator has it: a base of 2 to 80 ms for each pair of sites, three agents to a site, log-normal variation with a median of 500 us
 * (sigma 1), 0.1 % of the packets lost. The same numbers in each run.
 */
final class WanLoad implements LiveLoad {

    private static final int AGENTS_PER_SITE = 3;
    private static final int PACKETS = 10;
    private static final double LOSS = 0.001;
    private static final double VARIATION_MEDIAN_MICROS = 500;
    private static final double VARIATION_SIGMA = 1;

    private final List<MeshNode> nodes = new ArrayList<>();

    WanLoad(int agents) {
        for (int i = 0; i < agents; i++) {
            nodes.add(new MeshNode(NodeId.random(), MeshNode.Role.AGENT, "agent-" + i, "site-" + i / AGENTS_PER_SITE,
                    "192.0.2." + (1 + i % 250)));
        }
    }

    @Override
    public List<MeshNode> nodes() {
        return nodes;
    }

    @Override
    public List<LiveRow.Cell> cells(int source, int turn) {
        SplittableRandom random = new SplittableRandom(source * 1_000_003L + turn);
        List<LiveRow.Cell> cells = new ArrayList<>(nodes.size());
        for (int destination = 0; destination < nodes.size(); destination++) {
            if (destination != source && destination != LiveBench.marked(source, nodes.size())) {
                cells.add(cell(source, destination, random));
            }
        }
        return cells;
    }

    private LiveRow.Cell cell(int source, int destination, SplittableRandom random) {
        double base = baseMicros(source / AGENTS_PER_SITE, destination / AGENTS_PER_SITE);
        int[] delays = new int[PACKETS];
        int received = 0;
        long lost = 0;
        for (int i = 0; i < PACKETS; i++) {
            if (random.nextDouble() < LOSS) {
                lost |= 1L << i;
            } else {
                delays[received++] = (int) (base
                        + VARIATION_MEDIAN_MICROS * Math.exp(VARIATION_SIGMA * random.nextGaussian()));
            }
        }
        return new LiveRow.Cell(
                PairResult.of(nodes.get(destination).id(), PACKETS, Arrays.copyOf(delays, received)),
                new RecentFates(lost, PACKETS));
    }

    private static double baseMicros(int site, int other) {
        return site == other
                ? 200
                : new SplittableRandom(Math.min(site, other) * 65_537L + Math.max(site, other)).nextDouble(2_000,
                        80_000);
    }
}
