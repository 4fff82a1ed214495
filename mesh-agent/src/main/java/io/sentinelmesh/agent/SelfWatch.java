package io.sentinelmesh.agent;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.LocalSettings;
import io.sentinelmesh.agent.health.HealthWatch;
import io.sentinelmesh.agent.health.MetricOutbox;
import io.sentinelmesh.agent.health.ProberSource;
import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.agent.host.HostMetrics;
import io.sentinelmesh.agent.local.AgentMetrics;
import io.sentinelmesh.agent.local.LocalEndpoint;
import io.sentinelmesh.agent.local.MetricPage;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolBalance;
import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;

/** What an agent knows of itself: how well it measures, its host's figures, and the page on loopback that shows its own. */
final class SelfWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SelfWatch.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final LocalSettings wanted;
    private final Clock clock;
    private final OwnerThread thread = new OwnerThread("health");
    private final HealthWatch health;
    private final MetricOutbox hostFigures = new MetricOutbox();
    private final MetricPage page = new MetricPage();
    private Optional<HostMetrics> hostMetrics = Optional.empty();
    private Optional<LocalEndpoint> endpoint = Optional.empty();

    SelfWatch(LocalSettings wanted, Supplier<ProberSource> prober, Spool spool, Clock clock) {
        this.wanted = wanted;
        this.clock = clock;
        this.health = new HealthWatch(
                new HealthWatch.Sources(prober, () -> figures(spool.balance()), Optional::empty), clock);
        HealthFigures.register(page, health, spool, hostFigures);
    }

    private static SpoolFigures figures(SpoolBalance balance) {
        return new SpoolFigures(balance.waiting().results(), balance.dropped().total().results());
    }

    void start() {
        thread.every(HealthWatch.INTERVAL, health::look);
        if (wanted.hostMetrics()) {
            hostMetrics = Optional.of(HostMetrics.start(hostFigures::add, clock));
        }
        wanted.metrics().ifPresent(address -> {
            try {
                endpoint = Optional.of(LocalEndpoint.open(address, page));
            } catch (IOException e) {
                LOG.error("no local figures: cannot listen on {} ({}); choose another --metrics-port", address,
                        e.getMessage());
            }
        });
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
        hostMetrics.ifPresent(HostMetrics::close);
        endpoint.ifPresent(LocalEndpoint::close);
    }
}
