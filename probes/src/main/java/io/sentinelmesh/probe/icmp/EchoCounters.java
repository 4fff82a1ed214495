package io.sentinelmesh.probe.icmp;

import java.util.concurrent.atomic.AtomicLong;

import io.sentinelmesh.probe.ProberCounters;

/** The {@link ProberCounters} as they grow. Written by the engine thread, read by any. */
final class EchoCounters {

    final AtomicLong late = new AtomicLong();
    final AtomicLong foreign = new AtomicLong();
    final AtomicLong corrupt = new AtomicLong();
    final AtomicLong unstamped = new AtomicLong();
    final AtomicLong clockSteps = new AtomicLong();
    final AtomicLong pauses = new AtomicLong();
    final AtomicLong disturbed = new AtomicLong();
    final AtomicLong heldBack = new AtomicLong();

    ProberCounters now() {
        return new ProberCounters(late.get(), foreign.get(), corrupt.get(), unstamped.get(), clockSteps.get(),
                pauses.get(), disturbed.get(), heldBack.get());
    }
}
