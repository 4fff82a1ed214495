package io.sentinelmesh.agent.simulate;

import java.util.List;

import io.sentinelmesh.measurement.DelayCode;
import io.sentinelmesh.measurement.PairResult;

/**
 * What some results add up to, as the store should have them: delays in microseconds as the wire keeps them.
 *
 * @param minSum of the shortest delay of each result that has one
 * @param maxSum of the longest
 */
record Tally(long results, long sent, long received, long minSum, long maxSum) {

    static final Tally NOTHING = new Tally(0, 0, 0, 0, 0);

    static Tally of(List<PairResult> results) {
        long sent = 0;
        long received = 0;
        long minSum = 0;
        long maxSum = 0;
        for (PairResult result : results) {
            sent += result.sent();
            received += result.received();
            if (!result.delays().isEmpty()) {
                minSum += kept(result.delays().minMicros());
                maxSum += kept(result.delays().maxMicros());
            }
        }
        return new Tally(results.size(), sent, received, minSum, maxSum);
    }

    static int kept(int micros) {
        return DelayCode.decode(DelayCode.encode(micros));
    }

    Tally plus(Tally other) {
        return new Tally(results + other.results, sent + other.sent, received + other.received, minSum + other.minSum,
                maxSum + other.maxSum);
    }
}
