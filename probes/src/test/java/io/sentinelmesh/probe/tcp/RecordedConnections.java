package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

import io.sentinelmesh.measurement.RefusalReason;

/** Writes down what the engine tells, a line each. */
final class RecordedConnections implements ConnectListener {

    private final List<String> fates = new ArrayList<>();
    private int ticks;

    List<String> fates() {
        return fates;
    }

    int ticks() {
        return ticks;
    }

    @Override
    public void connected(int target, long sentNanos, long kernelNanos, long connectNanos, int repeats) {
        fates.add(target + " connected kernel " + kernelNanos + " heard " + connectNanos + " repeats " + repeats);
    }

    @Override
    public void reset(int target, long sentNanos, long connectNanos) {
        fates.add(target + " reset heard " + connectNanos);
    }

    @Override
    public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
        fates.add(target + " " + reason + " by " + offender.getHostAddress());
    }

    @Override
    public void timedOut(int target, long sentNanos) {
        fates.add(target + " timeout");
    }

    @Override
    public void notSent(int target, long dueNanos, String cause) {
        fates.add(target + " not sent: " + cause);
    }

    @Override
    public void tick(long nowNanos) {
        ticks++;
    }
}
