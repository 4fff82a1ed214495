package io.sentinelmesh.agent.spool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;

/**
 * Rounds as a wide area network would make them: 2 to 80 ms of base delay for each destination, on top a log-normal variation with a median of
 * 500 us, one packet in a thousand lost. The same at every run.
 */
final class WanModel {

    static final int PACKETS = 10;
    static final Duration ROUND = Duration.ofSeconds(10);

    private static final double LOSS_RATIO = 0.001;
    private static final double MEDIAN_VARIATION_MICROS = 500;
    private static final long SEED = 1;

    private final Random random = new Random(SEED);
    private final NodeId[] nodes;
    private final int[] baseMicros;
    private int rounds;

    WanModel(int destinations) {
        nodes = new NodeId[destinations];
        baseMicros = new int[destinations];
        for (int i = 0; i < destinations; i++) {
            nodes[i] = new NodeId(new UUID(random.nextLong(), random.nextLong()));
            baseMicros[i] = 2_000 + random.nextInt(78_000);
        }
    }

    /** The next round, with one result for each destination. */
    MatrixRow row(Instant first) {
        List<PairResult> results = new ArrayList<>();
        for (int i = 0; i < nodes.length; i++) {
            int base = baseMicros[i];
            int[] micros = random.doubles(PACKETS).filter(draw -> draw >= LOSS_RATIO)
                    .mapToInt(_ -> base + (int) (MEDIAN_VARIATION_MICROS * StrictMath.exp(random.nextGaussian())))
                    .toArray();
            results.add(PairResult.of(nodes[i], PACKETS, micros));
        }
        return new MatrixRow(Rounds.SELF, ProbeKind.ICMP_ECHO, first.plus(ROUND.multipliedBy(rounds++)), ROUND,
                results);
    }

    /** All but the first so many are endpoints: the aggregator knows those only by what agents say of them. */
    List<MeshNode> endpoints(int agents) {
        List<MeshNode> endpoints = new ArrayList<>();
        for (int i = agents; i < nodes.length; i++) {
            endpoints.add(new MeshNode(nodes[i], MeshNode.Role.ENDPOINT, "endpoint-" + i, "site-" + i % 40,
                    "198.51." + i / 256 + "." + i % 256));
        }
        return endpoints;
    }

    /** @throws AssertionError if a delay is off by more than the format says, or a packet is missing */
    static void compare(MatrixRow wrote, MatrixRow read) {
        if (!wrote.roundStart().equals(read.roundStart()) || wrote.results().size() != read.results().size()) {
            throw new AssertionError("wrote " + wrote + ", read " + read);
        }
        for (int cell = 0; cell < wrote.results().size(); cell++) {
            PairResult sent = wrote.results().get(cell);
            PairResult found = read.results().get(cell);
            if (!sent.destination().equals(found.destination()) || sent.sent() != found.sent()
                    || sent.lost() != found.lost() || sent.received() != found.received()) {
                throw new AssertionError("wrote " + sent + ", read " + found);
            }
            for (int i = 0; i < sent.received(); i++) {
                int micros = sent.delays().micros(i);
                if (Math.abs(found.delays().micros(i) - micros) > micros / 512) {
                    throw new AssertionError("wrote " + sent + ", read " + found);
                }
            }
        }
    }
}
