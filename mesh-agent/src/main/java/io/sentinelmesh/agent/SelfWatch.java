package io.sentinelmesh.agent;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.health.HealthWatch;
import io.sentinelmesh.agent.health.MetricOutbox;
import io.sentinelmesh.agent.health.ProberSource;
import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.agent.host.HostMetrics;
import io.sentinelmesh.agent.host.HostPlan;
import io.sentinelmesh.agent.local.AgentMetrics;
import io.sentinelmesh.agent.local.LocalEndpoint;
import io.sentinelmesh.agent.local.MetricPage;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolBalance;
import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;

/** What an agent knows of itself: how well it measures, its host's figures, and the page on loopback that shows its own. */
final class SelfWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SelfWatch.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final Optional<InetSocketAddress> pageAddress;
    private final Clock clock;
    private final OwnerThread thread = new OwnerThread("health");
    private final HealthWatch health;
    private final MetricOutbox hostFigures = new MetricOutbox();
    private final MetricPage page = new MetricPage();
    /** Of the planning thread, as the one after it. */
    private Optional<HostPlan> hostPlan = Optional.empty();
    private Optional<HostMetrics> hostMetrics = Optional.empty();
    private Optional<LocalEndpoint> endpoint = Optional.empty();

    /**
     * @param pageAddress where its own figures can be asked for; empty: nowhere
     * @param clockOffset as the link estimates it
     */
    SelfWatch(Optional<InetSocketAddress> pageAddress, Supplier<ProberSource> prober, Spool spool,
            Supplier<Optional<ClockOffset>> clockOffset, Clock clock) {
        this.pageAddress = pageAddress;
        this.clock = clock;
        this.health = new HealthWatch(
                new HealthWatch.Sources(prober, () -> figures(spool.balance()), clockOffset), clock);
        HealthFigures.register(page, health, spool, hostFigures);
    }

    private static SpoolFigures figures(SpoolBalance balance) {
        return new SpoolFigures(balance.waiting().results(), balance.dropped().total().results());
    }

    void start() {
        thread.every(HealthWatch.INTERVAL, health::look);
        pageAddress.ifPresent(address -> {
            try {
                endpoint = Optional.of(LocalEndpoint.open(address, page));
            } catch (IOException e) {
                LOG.error("no local figures: cannot listen on {} ({}); choose another --metrics-port", address,
                        e.getMessage());
            }
        });
    }

    /** What is read of the host from now on; empty: nothing. */
    void readHost(Optional<HostPlan> wanted) {
        if (!wanted.equals(hostPlan)) {
            hostMetrics.ifPresent(HostMetrics::close);
            hostPlan = wanted;
            hostMetrics = wanted.map(plan -> HostMetrics.start(hostFigures::add, clock, plan));
        }
    }

    /** Puts more figures on the page. */
    void show(Consumer<AgentMetrics> figures) {
        figures.accept(page);
    }

    /** What goes with the next batch; the host's figures go once. */
    SelfReport report() {
        return new SelfReport(health.newest(), hostFigures.take());
    }

    /** What goes with each live row. */
    HealthVerdict verdict() {
        return health.verdict();
    }

    void close() throws InterruptedException {
        boolean _ = thread.end(() -> {
        }, CLOSE_LIMIT);
        readHost(Optional.empty());
        endpoint.ifPresent(LocalEndpoint::close);
    }
}
