package io.sentinelmesh.agent.round;

import java.net.InetAddress;

import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.RecentFates;
import io.sentinelmesh.measurement.RefusalReason;

/** The newest packets of one pair, in the order in which their fates became known: the source of its live cell. */
final class RecentPackets {

    private static final int LOST = -1;
    private static final int NOT_SENT = -2;
    private static final byte NOT_REFUSED = 0;
    private static final InetAddress NOBODY = InetAddress.getLoopbackAddress();

    private final int[] micros;
    private final byte[] reasons;
    private final InetAddress[] offenders;
    private int next;
    private int count;
    private long lostMask;
    private int maskCount;
    /** A confirm burst went unanswered: provisionally as good as an outage. */
    private boolean outageConfirmed;

    RecentPackets(int packetsPerRound) {
        this.micros = new int[packetsPerRound];
        this.reasons = new byte[packetsPerRound];
        this.offenders = new InetAddress[packetsPerRound];
    }

    /**
     * @return whether the pair's fate turned: the first answer after a loss
     */
    boolean answered(int delayMicros) {
        if (outageConfirmed) {
            // It ends here, and was told as one: as one it must be excused (docs/states.md).
            for (int run = Long.numberOfTrailingZeros(~lostMask); run < RecentFates.OUTAGE_PACKETS; run++) {
                add(LOST, NOT_REFUSED, NOBODY);
            }
        }
        boolean turned = maskCount > 0 && (lostMask & 1) != 0;
        add(delayMicros, NOT_REFUSED, NOBODY);
        return turned;
    }

    /**
     * @return whether the pair's fate turned: the first loss after an answer, or the one that makes it an outage
     */
    boolean lost() {
        return unanswered(NOT_REFUSED, NOBODY);
    }

    boolean refused(RefusalReason reason, InetAddress offender) {
        return unanswered((byte) reason.number(), offender);
    }

    /** Takes a place in the window, so that a pair nothing is sent to any more soon has nothing to show, but says nothing of the network. */
    void notSent() {
        place(NOT_SENT, NOT_REFUSED, NOBODY);
    }

    /**
     * @return whether that is news
     */
    boolean outageConfirmed(boolean confirmed) {
        boolean news = outageConfirmed != confirmed;
        outageConfirmed = confirmed;
        return news;
    }

    private boolean unanswered(byte reason, InetAddress offender) {
        add(LOST, reason, offender);
        int run = Long.numberOfTrailingZeros(~lostMask);
        return run == 1 || run == RecentFates.OUTAGE_PACKETS;
    }

    private void add(int delayMicros, byte reason, InetAddress offender) {
        place(delayMicros, reason, offender);
        lostMask = lostMask << 1 | (delayMicros == LOST ? 1 : 0);
        maskCount = Math.min(maskCount + 1, RecentFates.CAPACITY);
    }

    private void place(int delayMicros, byte reason, InetAddress offender) {
        micros[next] = delayMicros;
        reasons[next] = reason;
        offenders[next] = offender;
        next = next + 1 == micros.length ? 0 : next + 1;
        count = Math.min(count + 1, micros.length);
    }

    boolean isEmpty() {
        return count == 0;
    }

    LiveRow.Cell cell(NodeId destination) {
        RoundTally tally = new RoundTally(count);
        for (int age = count; age >= 1; age--) {
            int at = Math.floorMod(next - age, micros.length);
            if (micros[at] == NOT_SENT) {
                tally.notSent();
            } else if (micros[at] != LOST) {
                tally.answered(micros[at]);
            } else if (reasons[at] == NOT_REFUSED) {
                tally.lost();
            } else {
                tally.refused(RefusalReason.ofNumber(reasons[at]), offenders[at]);
            }
        }
        return new LiveRow.Cell(tally.result(destination), recentFates());
    }

    /** While a burst's silence stands, the packets that an outage takes are shown as lost before their own time is over. */
    private RecentFates recentFates() {
        RecentFates recent = new RecentFates(lostMask, maskCount);
        while (outageConfirmed && recent.unansweredRun() < RecentFates.OUTAGE_PACKETS) {
            recent = recent.plus(true);
        }
        return recent;
    }
}
