package io.sentinelmesh.probe.bench;

import java.time.Duration;
import java.util.Arrays;

/**
 * How late packets left, by the kernel's transmit stamps, against a timetable that never yields: target t of n has its n-th packet at
 * (n + t / n) intervals after the beginning. Where the timetable begins is not known from outside, so the least late packet of the measured time
 * counts as punctual. An engine that falls behind and moves its schedule on is late for the rest of the run. Written by the engine thread, read
 * by the main thread after the engine's end.
 */
final class Timetable {

    private final long intervalNanos;
    private final int[] turns;
    private final long[] leftNanos;
    private int left;
    private volatile boolean measuring;

    /** @param most packets to remember; what exceeds it is not judged */
    Timetable(int targets, Duration interval, int most) {
        intervalNanos = interval.toNanos();
        turns = new int[targets];
        leftNanos = new long[most];
    }

    /** From now on packets are judged; before, they are only counted. */
    void measure(boolean measuring) {
        this.measuring = measuring;
    }

    /** @param stampNanos when it left, wall clock */
    void left(int target, long stampNanos) {
        long turn = turns[target]++;
        if (measuring && left < leftNanos.length) {
            leftNanos[left++] = stampNanos - turn * intervalNanos - intervalNanos * target / turns.length;
        }
    }

    /** A packet that has no stamp had its turn nevertheless. */
    void missed(int target) {
        turns[target]++;
    }

    /**
     * @param wallGainNanos by how much the wall clock, which stamps, ran ahead of the monotonic one, which paces, in the measured time
     * @return ascending, milliseconds
     */
    double[] latenessMillis(long wallGainNanos) {
        double[] late = new double[left];
        for (int i = 0; i < left; i++) {
            late[i] = (leftNanos[i] - leftNanos[0] - (double) wallGainNanos * i / left) / 1e6;
        }
        Arrays.sort(late);
        for (int i = left - 1; i >= 0; i--) {
            late[i] -= late[0];
        }
        return late;
    }
}
