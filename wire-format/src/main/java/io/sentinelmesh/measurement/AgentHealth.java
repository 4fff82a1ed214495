package io.sentinelmesh.measurement;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How well an agent itself was while it measured: what tells a broken network from a broken prober.
 *
 * @param at when it was taken, by the agent's wall clock
 * @param window how much time before that the figures cover
 * @param clock how far the agent's wall clock is from the aggregator's; empty if not known
 * @param verdict what {@link HealthRule} made of the figures
 */
public record AgentHealth(Instant at, Duration window, ProberFigures prober, ProcessFigures process,
        SpoolFigures spool, Optional<ClockOffset> clock, HealthVerdict verdict) {

    public AgentHealth {
        if (window.isNegative() || window.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("the figures of a health cover 0 s to 1 h, not " + window);
        }
    }

    /**
     * The measuring itself, within the window.
     *
     * @param packetsDue test packets whose fate became known, or which were due and did not leave
     * @param sendErrors of these, those that never left for a reason of this host's that it could do without
     * @param disturbed of these, those whose fate a pause or a set clock made doubtful
     * @param socketDrops answers the kernel threw away because its buffer for this agent was full
     * @param duplicates answers to this agent's own packets that came more than once
     * @param timerLatenessP99Micros how late the measuring thread was called, in 99 of 100 cases at most
     */
    public record ProberFigures(long packetsDue, long sendErrors, long disturbed, long socketDrops, long duplicates,
            long timerLatenessP99Micros, long timerLatenessMaxMicros) {

        public static final ProberFigures NONE = new ProberFigures(0, 0, 0, 0, 0, 0, 0);

        public ProberFigures {
            requireNotNegative(packetsDue, sendErrors, disturbed, socketDrops, duplicates, timerLatenessP99Micros,
                    timerLatenessMaxMicros);
        }
    }

    /**
     * The process and what it runs on.
     *
     * @param cpuStealRatio processor time the hypervisor gave to others, 0.0 to 1.0
     * @param gcPauseMaxMicros the longest that garbage collections stopped the program for in any second of the window
     * @param openFilesLimit 0 if not known
     * @param heapMaxBytes 0 if not known
     */
    public record ProcessFigures(double cpuStealRatio, long gcPauseMaxMicros, long openFiles, long openFilesLimit,
            long heapUsedBytes, long heapMaxBytes) {

        public static final ProcessFigures NONE = new ProcessFigures(0, 0, 0, 0, 0, 0);

        public ProcessFigures {
            if (!(cpuStealRatio >= 0 && cpuStealRatio <= 1)) {
                throw new IllegalArgumentException("a ratio lies between 0 and 1, not at " + cpuStealRatio);
            }
            requireNotNegative(gcPauseMaxMicros, openFiles, openFilesLimit, heapUsedBytes, heapMaxBytes);
        }
    }

    /**
     * What waits for the aggregator, and what was given up since the start.
     *
     * @param waiting results not yet acknowledged
     * @param dropped results, since the start of the agent
     */
    public record SpoolFigures(long waiting, long dropped) {

        public static final SpoolFigures NONE = new SpoolFigures(0, 0);

        public SpoolFigures {
            requireNotNegative(waiting, dropped);
        }
    }

    /**
     * @param offsetMicros the agent's wall clock less the aggregator's
     * @param boundMicros the offset is no further off than this
     */
    public record ClockOffset(long offsetMicros, long boundMicros) {

        public ClockOffset {
            requireNotNegative(boundMicros);
        }
    }

    public boolean impaired() {
        return verdict.impaired();
    }

    private static void requireNotNegative(long... figures) {
        for (long figure : figures) {
            if (figure < 0) {
                throw new IllegalArgumentException("a figure of an agent's health is negative: " + figure);
            }
        }
    }
}
