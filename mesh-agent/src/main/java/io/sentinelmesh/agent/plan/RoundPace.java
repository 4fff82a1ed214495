package io.sentinelmesh.agent.plan;

import java.time.Duration;

/**
 * How often is sent where the policy names no interval.
 *
 * @param packetInterval of echo and TCP, to one destination
 * @param stampInterval of one STAMP flow: a round
 * @param stampFlows to one destination
 */
public record RoundPace(Duration packetInterval, Duration stampInterval, int stampFlows) {

    public RoundPace {
        if (!packetInterval.isPositive() || !stampInterval.isPositive() || stampFlows < 1) {
            throw new IllegalArgumentException(
                    "intervals and flows are positive, not %s, %s and %d".formatted(packetInterval, stampInterval,
                            stampFlows));
        }
    }
}
