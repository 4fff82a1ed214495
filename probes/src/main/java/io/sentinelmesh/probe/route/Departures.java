package io.sentinelmesh.probe.route;

import java.util.HashMap;
import java.util.Map;

/** When the packets of one flow left. One thread. */
final class Departures {

    private record Departure(long monotonicNanos, long kernelNanos) {
    }

    private final Map<TestPacket, Departure> departures = new HashMap<>();

    void leaves(TestPacket packet, long monotonicNanos) {
        departures.put(packet, new Departure(monotonicNanos, 0));
    }

    /** @param kernelNanos since the epoch, by the clock that {@link #roundTripNanos} has its arrival from */
    void left(TestPacket packet, long kernelNanos) {
        departures.computeIfPresent(packet, (_, departure) -> new Departure(departure.monotonicNanos(), kernelNanos));
    }

    /**
     * Between the kernel's stamps where it made both; else until now.
     *
     * @param arrivedKernelNanos 0 if not known
     * @return 0 for a packet that is not known
     */
    long roundTripNanos(TestPacket packet, long arrivedKernelNanos, long nowMonotonicNanos) {
        Departure departure = departures.get(packet);
        if (departure == null) {
            return 0;
        }
        long atMost = Math.max(0, nowMonotonicNanos - departure.monotonicNanos());
        if (departure.kernelNanos() == 0 || arrivedKernelNanos == 0) {
            return atMost;
        }
        long stamped = arrivedKernelNanos - departure.kernelNanos();
        // The kernel's clock may have been set in between, ours can't.
        return stamped >= 0 && stamped <= atMost ? stamped : atMost;
    }
}
