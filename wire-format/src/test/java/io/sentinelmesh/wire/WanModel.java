package io.sentinelmesh.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.measurement.RoundTripDelays;

/**
 * Results as a wide-area mesh gives them: 2 to 80 ms of base delay for each pair, on top of it a log-normal variation with a median of 500 us,
 * and one packet in a thousand lost. The same for the same seed.
 */
final class WanModel {

    static final int PACKETS = 10;
    private static final double LOSS_RATIO = 0.001;
    private static final double MEDIAN_VARIATION_MICROS = 500;
    /** Of the logarithm: one delay in six is longer than the base by more than 1.36 ms. */
    private static final double SIGMA = 1.0;

    private final Random random;

    WanModel(long seed) {
        random = new Random(seed);
    }

    Frame.Batch batch(int rounds, int destinations) {
        NodeId[] nodes = new NodeId[destinations];
        int[] baseMicros = new int[destinations];
        for (int i = 0; i < destinations; i++) {
            nodes[i] = new NodeId(new UUID(random.nextLong(), random.nextLong()));
            baseMicros[i] = 2_000 + random.nextInt(78_000);
        }
        List<MatrixRow> rows = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<PairResult> results = new ArrayList<>();
            for (int i = 0; i < destinations; i++) {
                results.add(result(nodes[i], baseMicros[i]));
            }
            rows.add(new MatrixRow(SampleFrames.AGENT, ProbeKind.ICMP_ECHO,
                    SampleFrames.NOON.plus(SampleFrames.ROUND.multipliedBy(round)), SampleFrames.ROUND, results));
        }
        return new Frame.Batch(SampleFrames.AGENT, SampleFrames.BOOT, 1,
                SampleFrames.NOON.plus(Duration.ofSeconds(10L * rounds)), List.of(), rows, 0);
    }

    private PairResult result(NodeId node, int baseMicros) {
        int[] micros = random.doubles(PACKETS).filter(draw -> draw >= LOSS_RATIO).mapToInt(
                draw -> baseMicros + (int) (MEDIAN_VARIATION_MICROS * StrictMath.exp(SIGMA * random.nextGaussian())))
                .toArray();
        return PairResult.of(node, PACKETS, micros);
    }

    /** What a reader gets of it. */
    static Frame.Batch quantised(Frame.Batch batch) {
        List<MatrixRow> rows = batch.rows().stream().map(row -> new MatrixRow(row.source(), row.kind(),
                row.roundStart(), row.roundLength(), row.results().stream().map(WanModel::quantised).toList()))
                .toList();
        return new Frame.Batch(batch.agent(), batch.boot(), batch.sequence(), batch.sentAt(), batch.endpoints(), rows,
                batch.roundsDropped());
    }

    private static PairResult quantised(PairResult result) {
        int[] micros = Arrays.stream(result.delays().toMicros()).map(DelayCode::encode).map(DelayCode::decode)
                .toArray();
        return new PairResult(result.destination(), result.sent(), RoundTripDelays.ofMicros(micros),
                result.refusals(), result.notSent(), result.duplicates());
    }
}
