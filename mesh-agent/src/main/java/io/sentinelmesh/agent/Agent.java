package io.sentinelmesh.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.health.HealthWatch;
import io.sentinelmesh.agent.health.MetricOutbox;
import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.agent.host.HostMetrics;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.agent.link.AggregatorLink;
import io.sentinelmesh.agent.link.LinkListener;
import io.sentinelmesh.agent.link.RoundBuffer;
import io.sentinelmesh.agent.local.LocalEndpoint;
import io.sentinelmesh.agent.local.MetricPage;
import io.sentinelmesh.agent.membership.HazelcastMembership;
import io.sentinelmesh.agent.membership.HazelcastSettings;
import io.sentinelmesh.agent.membership.Membership;
import io.sentinelmesh.agent.membership.RegistryListener;
import io.sentinelmesh.agent.peers.PeerFile;
import io.sentinelmesh.agent.peers.Peers;
import io.sentinelmesh.agent.plan.AddressBook;
import io.sentinelmesh.agent.plan.Plan;
import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.agent.stamp.Reflector;
import io.sentinelmesh.agent.stamp.Stamping;
import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.AgentHealth.SpoolFigures;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.Probers;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/**
 * One running agent. Peers, plan and prober belong to the planning thread; the link and the membership only tell it what they heard.
 */
final class Agent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** Host names of endpoints are looked up again this often. */
    private static final Duration REPLANNING = Duration.ofSeconds(60);
    /** An engine that ended is opened again within this time. */
    private static final Duration CHECKING = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final AgentConfig config;
    private final DataFolder folder;
    private final MeshNode self;
    private final UUID boot = UUID.randomUUID();
    private final Clock clock = Clock.systemUTC();
    private final Instant startedAt = clock.instant();
    private final RoundBuffer buffer;
    private final AddressBook addresses = new AddressBook(InetAddress::getByName);
    private final Vertx vertx;
    private final AggregatorLink link;
    private final Membership membership;
    private final OwnerThread planning = new OwnerThread("planning");
    private final OwnerThread names = new OwnerThread("names");
    private final OwnerThread health = new OwnerThread("health");
    private final HealthWatch healthWatch;
    private final MetricOutbox hostFigures = new MetricOutbox();
    private final MetricPage ownFigures = new MetricPage();
    private Optional<HostMetrics> hostMetrics = Optional.empty();
    private Optional<LocalEndpoint> localEndpoint = Optional.empty();

    // Owned by the planning thread.
    private final Measuring measuring;
    private final Reflector reflector;
    private final Stamping stamping;
    private final Peers peers;
    private final PeerFile peerFile;
    private final TargetSlots slots = new TargetSlots(clock);
    private List<MeshNode> lastPeers = List.of();
    private boolean stopped;

    /**
     * Takes the data folder and opens the sockets; {@link #start} begins the work.
     *
     * @throws io.sentinelmesh.agent.identity.DataFolderException if the folder cannot be used
     * @throws ConfigException if the source address is not one of this host's
     */
    static Agent open(AgentConfig config) {
        return new Agent(config, DataFolder.open(config.dataDir()));
    }

    private Agent(AgentConfig config, DataFolder folder) {
        this.config = config;
        this.folder = folder;
        NodeId id = folder.identity();
        this.reflector = Reflector.open(config.address(), config.reflectorPort());
        this.self = new MeshNode(id, MeshNode.Role.AGENT, config.name(), config.site(),
                config.address().getHostAddress(), reflector.port());
        this.buffer = new RoundBuffer(id, boot, config.endpoints(), RoundBuffer.DEFAULT_MAX_RESULTS,
                this::selfReport);
        this.peerFile = new PeerFile(folder);
        this.peers = new Peers(id, peerFile.read());
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setDisableTCCL(true));
        this.link = new AggregatorLink(vertx, config, this::hello, this::verdict, buffer,
                new FromAggregator(), clock);
        this.measuring = new Measuring(id,
                this::openProber, RoundShape.DEFAULT, new ToLink());
        this.healthWatch = new HealthWatch(new HealthWatch.Sources(measuring::source,
                () -> new SpoolFigures(buffer.waitingResults(), buffer.droppedResults()), Optional::empty), clock);
        HealthFigures.register(ownFigures, healthWatch, buffer, hostFigures);
        this.stamping = new Stamping(id, config.sourceAddress(), RoundShape.DEFAULT, new ToLink());
        this.membership = HazelcastMembership.start(self, new HazelcastSettings(config.membership(), folder),
                new FromRegistry());
    }

    private Prober openProber(ProbePacing pacing, ProbeListener listener) {
        try {
            return Probers.open(
                    new ProberSettings(pacing, config.sourceAddress(), ProberSettings.DEFAULT_TCP_PORT).thatConfirms(),
                    listener);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("\"source-address\": " + e.getMessage(), e);
        }
    }

    MeshNode self() {
        return self;
    }

    void start() {
        planning.every(REPLANNING, () -> {
            plan();
            measuring.report();
            stamping.report();
        });
        planning.every(CHECKING, () -> {
            measuring.check();
            reflector.check();
            stamping.check();
        });
        if (!config.endpoints().isEmpty()) {
            names.every(REPLANNING, () -> {
                if (addresses.lookUp(config.endpoints())) {
                    planning.run(this::plan);
                }
            });
        }
        startSelfWatch();
        link.start();
    }

    /** What goes with each batch. */
    private SelfReport selfReport() {
        return new SelfReport(healthWatch.newest(), hostFigures.take());
    }

    private HealthVerdict verdict() {
        return healthWatch.verdict();
    }

    private void startSelfWatch() {
        health.every(HealthWatch.INTERVAL, healthWatch::look);
        if (config.local().hostMetrics()) {
            hostMetrics = Optional.of(HostMetrics.start(hostFigures::add, clock));
        }
        config.local().metrics().ifPresent(address -> {
            try {
                localEndpoint = Optional.of(LocalEndpoint.open(address, ownFigures));
            } catch (IOException e) {
                LOG.error("no local figures: cannot listen on {} ({}); choose another --metrics-port", address,
                        e.getMessage());
            }
        });
    }

    private void stopSelfWatch() throws InterruptedException {
        health.end(() -> {
        }, CLOSE_LIMIT);
        hostMetrics.ifPresent(HostMetrics::close);
        localEndpoint.ifPresent(LocalEndpoint::close);
    }

    private Frame.Hello hello() {
        ProbeRung rung = measuring.rung();
        return new Frame.Hello(FrameCodec.FORMAT_VERSION, self, boot, Version.text(), rung.kind(), rung.label(),
                rung.remedy().orElse(""), startedAt, clock.instant());
    }

    private void plan() {
        if (stopped) {
            // A task that was queued while the agent stopped must not open anything again.
            return;
        }
        List<MeshNode> known = peers.known();
        List<MeshNode> destinations = Plan.destinations(self.id(), known, config.endpoints());
        TargetSlots.Assignment assignment = slots.assign(addresses.known(destinations));
        measuring.targets(assignment);
        if (reflector.port() > 0) {
            stamping.targets(assignment, destinations);
        }
        if (!known.equals(lastPeers)) {
            LOG.info("{} peers: {}", known.size(), known.stream().limit(20).map(MeshNode::name).toList());
            peerFile.write(known);
            lastPeers = known;
        }
    }

    private final class ToLink implements RoundSink {

        @Override
        public void finished(MatrixRow row) {
            buffer.add(row);
            link.roundsWaiting();
        }

        @Override
        public void live(LiveRow row) {
            link.live(row);
        }
    }

    private final class FromAggregator implements LinkListener {

        @Override
        public void configured(Frame.Config settings) {
            planning.run(() -> {
                if (stopped) {
                    return;
                }
                peers.told(settings.peers());
                RoundShape shape = new RoundShape(settings.roundLength(), settings.packetsPerRound(),
                        RoundShape.DEFAULT.lossThreshold());
                measuring.reshape(shape);
                stamping.reshape(shape);
                plan();
            });
        }

        @Override
        public void unlinked() {
            planning.run(() -> {
                peers.unlinked();
                planIfPeersChanged();
            });
        }

        @Override
        public void refused(Frame.Refusal refusal) {
            // The link has logged it and will try again; measuring goes on.
        }
    }

    private final class FromRegistry implements RegistryListener {

        @Override
        public void present(MeshNode agent) {
            planning.run(() -> {
                peers.registered(agent);
                planIfPeersChanged();
            });
        }

        @Override
        public void left(NodeId agent) {
            planning.run(() -> {
                peers.left(agent);
                planIfPeersChanged();
            });
        }
    }

    private void planIfPeersChanged() {
        if (!peers.known().equals(lastPeers)) {
            plan();
        }
    }

    private void stopMeasuring() {
        stopped = true;
        measuring.close();
        stamping.close();
        reflector.close();
    }

    /** Stops measuring, sends what can still be sent, says goodbye. Bounded in time. */
    @Override
    public void close() {
        try {
            if (!planning.end(this::stopMeasuring, CLOSE_LIMIT)) {
                LOG.info("stopped while planning");
            }
            stopSelfWatch();
            membership.close();
            link.close();
            vertx.close().await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.info("stopped while the network layer was still closing");
        } finally {
            folder.close();
        }
    }
}
