package io.sentinelmesh.agent.health;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.AgentHealth;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.AgentHealth.ProberFigures;
import io.sentinelmesh.measurement.AgentHealth.ProcessFigures;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthRule;
import io.sentinelmesh.measurement.HealthVerdict;

/** Looks each second at how well this agent is. {@link #look} belongs to one thread; what it found may be asked by any. */
public final class HealthWatch {

    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

    /**
     * What other parts of the agent know.
     *
     * @param prober the one in use
     * @param spool what waits and what was given up
     * @param clock as the link estimates it
     */
    public record Sources(Supplier<ProberSource> prober, Supplier<SpoolFigures> spool,
            Supplier<Optional<ClockOffset>> clock) {
    }

    private final LongFunction<Reading> reader;
    private final Supplier<SpoolFigures> spool;
    private final Supplier<Optional<ClockOffset>> clockOffset;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final HealthWindow window = new HealthWindow();
    private volatile Optional<AgentHealth> newest = Optional.empty();

    public HealthWatch(Sources sources, InstantSource clock) {
        this(new ProcessReader(Path.of("/proc"), sources.prober)::read, sources, clock, System::nanoTime);
    }

    HealthWatch(LongFunction<Reading> reader, Sources sources, InstantSource clock, LongSupplier nanoTime) {
        this.reader = reader;
        this.spool = sources.spool;
        this.clockOffset = sources.clock;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Once a second. */
    public void look() {
        window.add(reader.apply(nanoTime.getAsLong()));
        HealthVerdict before = verdict();
        ProberFigures prober = window.prober();
        ProcessFigures process = window.process();
        HealthVerdict verdict = HealthRule.judge(before, prober, process);
        newest = Optional.of(new AgentHealth(clock.instant(), window.length(), prober, process, spool.get(),
                clockOffset.get(), verdict));
        if (!verdict.equals(before)) {
            tell(verdict, prober, process);
        }
    }

    private static void tell(HealthVerdict verdict, ProberFigures prober, ProcessFigures process) {
        if (verdict.impaired()) {
            LOG.warn("this agent is impaired, so its rows say nothing about the network: {} ({}, {})",
                    verdict.reason(), prober, process);
        } else {
            LOG.info("this agent measures well again");
        }
    }

    /** Empty before the first look. */
    public Optional<AgentHealth> newest() {
        return newest;
    }

    /** For live rows. */
    public HealthVerdict verdict() {
        return newest.map(AgentHealth::verdict).orElse(HealthVerdict.WELL);
    }
}
