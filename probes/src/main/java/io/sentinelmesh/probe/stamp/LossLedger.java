package io.sentinelmesh.probe.stamp;

import java.util.Arrays;

/**
 * Which way lost packets were lost, for one flow, from the counters of both ends. Packets are settled in the order in which they were sent. When
 * one is settled that was answered, the reflector's numbers between its own and that of the answered one before it are counted: those that never
 * came in were answers lost on the way back; what else is missing never reached the reflector. Pure; one thread.
 *
 * <p>
 * A reflector that keeps no counter copies the sender's number (RFC 8762 section 4.2, stateless mode); all loss then looks like loss on the way
 * back.
 */
final class LossLedger {

    static final int LEAST_WINDOW = 64;

    private final long[] numbersSeen;
    private final int mask;
    private int nextNumber;
    private int pending;
    /** Until the first packet that it answered after counting anew is settled. */
    private boolean anew;
    private int anewFrom;
    private int newestNumber = -1;
    /** Since it counts in one: a packet, and the number that it gave it. */
    private int baseSequence;
    private int baseNumber;
    private int forward;
    private int backward;
    private int unknown;

    /** @param window how many numbers back are remembered: a power of two, 64 or more, above the packets under way at once */
    LossLedger(int window) {
        numbersSeen = new long[window / Long.SIZE];
        mask = window - 1;
    }

    /**
     * An answer came in, not the same one twice.
     *
     * @param sequence of the packet that it answers
     * @return false if the reflector began to count anew: it can't have counted so far, or another packet's answer had the number
     */
    boolean came(int sequence, int number) {
        int ahead = number - newestNumber;
        boolean tooFar = number - baseNumber - (sequence - baseSequence) > mask;
        if (tooFar || ahead < -mask || (ahead <= 0 && isSet(number))) {
            return false;
        }
        if (ahead > mask) {
            Arrays.fill(numbersSeen, 0);
            newestNumber = number;
        }
        while (newestNumber - number < 0) {
            newestNumber++;
            clear(newestNumber);
        }
        set(number);
        return true;
    }

    /**
     * It began to count anew, with this number for this packet. What was lost before can't be attributed any more.
     *
     * @param sequence of the packet that was answered so
     */
    void restart(int sequence, int number) {
        anew = true;
        anewFrom = sequence;
        baseSequence = sequence;
        baseNumber = number;
        newestNumber = number;
        Arrays.fill(numbersSeen, 0);
        set(number);
    }

    /** The oldest packet not settled yet got no answer. */
    void settleLost() {
        pending++;
    }

    /** The oldest packet not settled yet was answered under this number. */
    void settleAnswered(int sequence, int number) {
        if (anew) {
            unknown += pending;
            pending = 0;
            if (sequence - anewFrom < 0) {
                return;
            }
            anew = false;
            nextNumber = number;
        }
        if (number - nextNumber < 0) {
            // Overtaken on the way there: its number was counted with an earlier packet's.
            return;
        }
        // After a long outage they are more than are remembered: those were not seen, or the packets that had them would not be missing.
        int remembered = newestNumber - mask;
        int missing = Math.max(0, Math.min(remembered, number) - nextNumber);
        for (int between = nextNumber + missing; between - number < 0; between++) {
            if (!isSet(between)) {
                missing++;
            }
        }
        int back = Math.min(missing, pending);
        backward += back;
        forward += pending - back;
        pending = 0;
        nextNumber = number + 1;
    }

    /** Nothing more will come: what is still pending can't be attributed. */
    void finish() {
        unknown += pending;
        pending = 0;
    }

    boolean hasNews() {
        return (forward | backward | unknown) != 0;
    }

    int takeForward() {
        int taken = forward;
        forward = 0;
        return taken;
    }

    int takeBackward() {
        int taken = backward;
        backward = 0;
        return taken;
    }

    int takeUnknown() {
        int taken = unknown;
        unknown = 0;
        return taken;
    }

    private boolean isSet(int number) {
        return (numbersSeen[(number & mask) >>> 6] & 1L << number) != 0;
    }

    private void set(int number) {
        numbersSeen[(number & mask) >>> 6] |= 1L << number;
    }

    private void clear(int number) {
        numbersSeen[(number & mask) >>> 6] &= ~(1L << number);
    }
}
