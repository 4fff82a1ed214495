package io.sentinelmesh.probe.tcp;

import java.net.InetAddress;

import io.sentinelmesh.measurement.RefusalReason;
import io.sentinelmesh.probe.ProbeListener;

/**
 * Takes connections for echoes: one made <em>or reset</em> proves in one round trip that the host is there, and which of the two says something
 * about a service, which is not the question.
 */
record HostProof(ProbeListener listener) implements ConnectListener {

    @Override
    public void connected(int target, long sentNanos, long kernelNanos, long connectNanos, int repeats) {
        listener.answered(target, sentNanos, kernelNanos > 0 ? kernelNanos : connectNanos);
    }

    @Override
    public void reset(int target, long sentNanos, long connectNanos) {
        listener.answered(target, sentNanos, connectNanos);
    }

    @Override
    public void refused(int target, long sentNanos, RefusalReason reason, InetAddress offender) {
        listener.refused(target, sentNanos, reason, offender);
    }

    @Override
    public void timedOut(int target, long sentNanos) {
        listener.lost(target, sentNanos);
    }

    @Override
    public void notSent(int target, long dueNanos, String cause) {
        listener.notSent(target, dueNanos, cause);
    }

    @Override
    public void tick(long nowNanos) {
        listener.tick(nowNanos);
    }
}
