package io.sentinelmesh.measurement;

import java.util.List;

/**
 * A <em>result</em>: one directed pair, one round. Source and time are those of the {@link MatrixRow} it stands in.
 *
 * @param sent test packets that left this host in the round and whose fate is known
 * @param delays one round-trip delay for each that was answered within the loss threshold
 * @param refusals what came back instead of an answer; refused packets count as lost too
 * @param notSent packets due that never left this host (our own fault; not in {@code sent})
 * @param duplicates answers beyond the first to one packet (RFC 5560)
 */
public record PairResult(NodeId destination, int sent, RoundTripDelays delays, List<RefusalCount> refusals, int notSent,
        int duplicates) {

    public PairResult {
        refusals = List.copyOf(refusals);
        if (sent < 0 || notSent < 0 || duplicates < 0) {
            throw new IllegalArgumentException("negative count in result for " + destination);
        }
        if (delays.count() > sent) {
            throw new IllegalArgumentException(
                    delays.count() + " packets answered of " + sent + " sent to " + destination);
        }
        long refused = 0; // counts from outside may add up to more than an int holds
        for (RefusalCount refusal : refusals) {
            refused += refusal.count();
        }
        if (refused > sent - delays.count()) {
            throw new IllegalArgumentException(refused + " packets refused, but only " + (sent - delays.count())
                    + " of " + sent + " went unanswered to " + destination);
        }
    }

    public static PairResult of(NodeId destination, int sent, int... delayMicros) {
        return new PairResult(destination, sent, RoundTripDelays.ofMicros(delayMicros), List.of(), 0, 0);
    }

    public int received() {
        return delays.count();
    }

    public int lost() {
        return sent - delays.count();
    }

    /** 0.0 to 1.0 (RFC 7680), or NaN where nothing was sent: no data is not "no loss". */
    public double lossRatio() {
        return sent == 0 ? Double.NaN : (double) lost() / sent;
    }
}
