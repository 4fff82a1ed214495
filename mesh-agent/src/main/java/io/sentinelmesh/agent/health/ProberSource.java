package io.sentinelmesh.agent.health;

import java.util.Optional;
import java.util.function.LongSupplier;

import io.sentinelmesh.agent.round.FateCounts;
import io.sentinelmesh.probe.pacing.TimerLateness;

/**
 * The prober in use, as far as its health shows. Another one is another source: its counts begin anew.
 *
 * @param heldBack packets that a rate cap kept from being sent, which is nobody's fault
 */
public record ProberSource(FateCounts fates, Optional<TimerLateness> lateness, LongSupplier heldBack) {
}
