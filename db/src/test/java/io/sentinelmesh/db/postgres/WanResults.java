package io.sentinelmesh.db.postgres;

import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;

/**
 * Results of a wide area: each pair a base of 2 to 80 ms, each packet a log-normal variation with a median of 500 us (sigma 1, as the simulator's),
 * one packet in a thousand lost. Drawn beforehand, 64 for each of some thousand bases, and picked by a hash of pair and time: making them must not be what is timed.
 */
final class WanResults {

    private static final int BASES = 2_048;
    private static final int VARIANTS = 64;

    private final PairResult[][] results = new PairResult[BASES][VARIANTS];
    private final long seed;

    WanResults(long seed, int nodes) {
        this.seed = seed;
        Random random = new Random(seed + nodes);
        for (PairResult[] ofBase : results) {
            double base = 2_000 + random.nextDouble() * 78_000;
            for (int i = 0; i < VARIANTS; i++) {
                int received = (int) IntStream.range(0, 10).filter(packet -> random.nextInt(1_000) > 0).count();
                ofBase[i] = PairResult.of(new NodeId(new UUID(0, 0)), 10, IntStream.range(0, received)
                        .map(packet -> (int) (base + 500 * Math.exp(random.nextGaussian()))).toArray());
            }
        }
    }

    PairResult result(long second, int source, int destination) {
        long pair = mix(seed + source * 65_536L + destination);
        return results[(int) (pair & (BASES - 1))][(int) (mix(pair + second) & (VARIANTS - 1))];
    }

    static int kept(int micros) {
        return DelayCode.decode(DelayCode.encode(micros));
    }

    /** After Steele, Lea and Flood's SplitMix64. */
    private static long mix(long value) {
        long z = value * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        return z ^ (z >>> 27);
    }
}
