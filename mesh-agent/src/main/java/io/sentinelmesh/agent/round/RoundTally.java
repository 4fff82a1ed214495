package io.sentinelmesh.agent.round;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.PairResult;
import io.sentinelmesh.measurement.RefusalCount;
import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.measurement.RoundTripDelays;

/** Counts one pair's packets of one round, for reuse from round to round: no allocation while packets are answered or lost. */
final class RoundTally {

    /** Distinct (reason, offender) pairs told apart in one round; further ones count as lost without a reason. */
    static final int MAX_REFUSAL_KINDS = 16;

    private int sent;
    private int notSent;
    private int duplicates;
    private int[] micros;
    private int received;
    private final List<RefusalCount> refusals = new ArrayList<>(0);

    RoundTally(int expectedPackets) {
        this.micros = new int[expectedPackets];
    }

    void answered(int delayMicros) {
        if (received == micros.length) {
            micros = Arrays.copyOf(micros, micros.length * 2);
        }
        micros[received++] = delayMicros;
        sent++;
    }

    void lost() {
        sent++;
    }

    void refused(RefusalReason reason, InetAddress offender) {
        sent++;
        for (int i = 0; i < refusals.size(); i++) {
            RefusalCount known = refusals.get(i);
            if (known.reason() == reason && known.offender().equals(offender)) {
                refusals.set(i, new RefusalCount(reason, offender, known.count() + 1));
                return;
            }
        }
        if (refusals.size() < MAX_REFUSAL_KINDS) {
            refusals.add(new RefusalCount(reason, offender, 1));
        }
    }

    void notSent() {
        notSent++;
    }

    void duplicate() {
        duplicates++;
    }

    boolean isEmpty() {
        return sent == 0 && notSent == 0 && duplicates == 0;
    }

    PairResult result(NodeId destination) {
        return new PairResult(destination, sent, RoundTripDelays.ofMicros(Arrays.copyOf(micros, received)), refusals,
                notSent, duplicates);
    }

    void clear() {
        sent = 0;
        notSent = 0;
        duplicates = 0;
        received = 0;
        refusals.clear();
    }
}
