package io.sentinelmesh.measurement;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;

/**
 * Decides whether a prober is impaired; described for people in docs/states.md. A pure function. Each figure has two thresholds: at the upper
 * one the impairment begins, below the lower one it ends, so that a figure that swings about one of them does not make rows flicker.
 *
 * <p>
 * What makes an agent poorer, but not wrong, is not among them: a spool that drops loses history and no truth, a clock that is off files
 * rounds under other times but does not change a delay, and a full heap shows in the pauses of its collector.
 */
public final class HealthRule {

    /** What {@code probes} takes for a pause that may have cost answers: a busy machine commonly keeps a thread waiting for some tens. */
    public static final long TIMER_LATE_MICROS = 100_000;
    public static final long TIMER_IN_TIME_MICROS = 50_000;

    /** The loss threshold: while the thread stood still for so long, each packet under way became doubtful. */
    public static final long STOPPED_MICROS = 1_000_000;
    public static final long MOVING_MICROS = 500_000;

    public static final double SEND_ERRORS_RATIO = 0.05;
    public static final double SENDS_RATIO = 0.01;
    /** Fewer errors than this are chance, however few packets there are. */
    public static final long FEWEST_SEND_ERRORS = 3;

    /** Of the packets due: one in a hundred is what a cell would show as degraded. */
    public static final double SOCKET_DROPS_RATIO = 0.01;
    public static final double SOCKET_KEEPS_RATIO = 0.001;

    public static final double CPU_STEAL_RATIO = 0.20;
    public static final double CPU_OWN_RATIO = 0.10;

    /** Half the loss threshold. */
    public static final long GC_PAUSE_MICROS = 500_000;
    public static final long GC_SHORT_MICROS = 250_000;

    public static final double FILES_EXHAUSTED_RATIO = 0.95;
    public static final double FILES_LEFT_RATIO = 0.90;

    private record Rule(Impairment impairment, ToDoubleFunction<Figures> figure, double beginsAt, double endsBelow) {

        boolean holds(Figures figures, boolean heldBefore) {
            return figure.applyAsDouble(figures) >= (heldBefore ? endsBelow : beginsAt);
        }
    }

    private record Figures(ProberFigures prober, ProcessFigures process) {
    }

    private static final List<Rule> RULES = List.of(
            new Rule(Impairment.TIMER_LATE, f -> f.prober.timerLatenessP99Micros(), TIMER_LATE_MICROS,
                    TIMER_IN_TIME_MICROS),
            new Rule(Impairment.STOPPED, f -> f.prober.timerLatenessMaxMicros(), STOPPED_MICROS, MOVING_MICROS),
            new Rule(Impairment.SEND_ERRORS, f -> sendErrorsRatio(f.prober), SEND_ERRORS_RATIO, SENDS_RATIO),
            new Rule(Impairment.SOCKET_DROPS, f -> ratio(f.prober.socketDrops(), f.prober.packetsDue()),
                    SOCKET_DROPS_RATIO, SOCKET_KEEPS_RATIO),
            new Rule(Impairment.CPU_STEAL, f -> f.process.cpuStealRatio(), CPU_STEAL_RATIO, CPU_OWN_RATIO),
            new Rule(Impairment.GC_PAUSE, f -> f.process.gcPauseMaxMicros(), GC_PAUSE_MICROS, GC_SHORT_MICROS),
            new Rule(Impairment.FILES_EXHAUSTED, f -> filesRatio(f.process), FILES_EXHAUSTED_RATIO,
                    FILES_LEFT_RATIO));

    private HealthRule() {
    }

    /**
     * @param before what was made of the figures before these
     */
    public static HealthVerdict judge(HealthVerdict before, ProberFigures prober, ProcessFigures process) {
        Figures figures = new Figures(prober, process);
        List<Impairment> found = new ArrayList<>();
        for (Rule rule : RULES) {
            if (rule.holds(figures, before.impairments().contains(rule.impairment))) {
                found.add(rule.impairment);
            }
        }
        return found.isEmpty() ? HealthVerdict.WELL : new HealthVerdict(found);
    }

    private static double sendErrorsRatio(ProberFigures prober) {
        return prober.sendErrors() < FEWEST_SEND_ERRORS ? 0 : ratio(prober.sendErrors(), prober.packetsDue());
    }

    private static double filesRatio(ProcessFigures process) {
        return ratio(process.openFiles(), process.openFilesLimit());
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
