package io.sentinelmesh.agent;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ConfigException;
import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.config.SecretFile;
import io.sentinelmesh.agent.enrolment.KeyRotation;
import io.sentinelmesh.agent.enrolment.Renewal;
import io.sentinelmesh.agent.health.SelfReport;
import io.sentinelmesh.agent.host.HostPlan;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.agent.identity.DataFolder;
import io.sentinelmesh.agent.link.AggregatorLink;
import io.sentinelmesh.agent.link.LinkListener;
import io.sentinelmesh.agent.link.LinkSecurity;
import io.sentinelmesh.agent.membership.ClusterMembership;
import io.sentinelmesh.agent.membership.HostAddresses;
import io.sentinelmesh.agent.membership.LinkDialBack;
import io.sentinelmesh.agent.membership.MemberChoices;
import io.sentinelmesh.agent.membership.Membership;
import io.sentinelmesh.agent.membership.RegistryListener;
import io.sentinelmesh.agent.path.PathWatch;
import io.sentinelmesh.agent.peers.PeerFile;
import io.sentinelmesh.agent.peers.Peers;
import io.sentinelmesh.agent.plan.AddressBook;
import io.sentinelmesh.agent.plan.AgentPlan;
import io.sentinelmesh.agent.plan.MeshMembers;
import io.sentinelmesh.agent.plan.MeshPlan;
import io.sentinelmesh.agent.plan.MeshPolicy;
import io.sentinelmesh.agent.plan.PlanStatus;
import io.sentinelmesh.agent.plan.PlannedTargets;
import io.sentinelmesh.agent.plan.Planner;
import io.sentinelmesh.agent.plan.RoundPace;
import io.sentinelmesh.agent.plan.TargetSlots;
import io.sentinelmesh.agent.round.RoundShape;
import io.sentinelmesh.agent.round.RoundSink;
import io.sentinelmesh.agent.settings.SettingsFile;
import io.sentinelmesh.agent.settings.SettingsKeeper;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.agent.spool.SpoolSettings;
import io.sentinelmesh.agent.stamp.Reflector;
import io.sentinelmesh.agent.stamp.Stamping;
import io.sentinelmesh.agent.thread.OwnerThread;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.MembershipMode;
import io.sentinelmesh.membership.MembershipState;
import io.sentinelmesh.membership.SeatSettings;
import io.sentinelmesh.probe.ProbeListener;
import io.sentinelmesh.probe.ProbePacing;
import io.sentinelmesh.probe.ProbeRung;
import io.sentinelmesh.probe.Prober;
import io.sentinelmesh.probe.ProberSettings;
import io.sentinelmesh.probe.Probers;
import io.sentinelmesh.probe.RateCaps;
import io.sentinelmesh.probe.RungChoice;
import io.sentinelmesh.probe.stamp.StampSettings;
import io.sentinelmesh.settings.Selector;
import io.sentinelmesh.settings.Settings;
import io.sentinelmesh.settings.SettingsKeys;
import io.sentinelmesh.trust.KeyVault;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.trust.Validity;
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
    /** By then it has joined and knows its peers, and a third of the heap is what that left behind. */
    private static final Duration SETTLED = Duration.ofSeconds(60);
    /** The heap gives memory back only when it is collected as a whole, which by itself happens when it is full; it grows by some 1.5 MB a minute. */
    private static final Duration HEAP_TIDYING = Duration.ofMinutes(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
    /** A renewal that waits for an answer is cut off: it is repeated at the next start. */
    private static final Duration RENEWAL_CLOSE_LIMIT = Duration.ofMillis(200);
    /** What all engines send at most is twice the budget: confirm bursts and late ticks must not push packets of the pace aside. */
    private static final int BURST_ROOM = 2;
    private static final int LEAST_CAP = 100;
    private static final int LONGEST_REASON = 500;

    private final AgentConfig config;
    private final DataFolder folder;
    private final MeshNode self;
    private final UUID boot = UUID.randomUUID();
    private final Clock clock = Clock.systemUTC();
    private final Instant startedAt = clock.instant();
    private final Spool spool;
    private final PathWatch paths;
    private final AddressBook addresses;
    private final Vertx vertx;
    private final Optional<AgentIdentity> identity;
    private final AggregatorLink link;
    private final LinkDialBack dialBack;
    private final Membership membership;
    private final OwnerThread planning = new OwnerThread("planning");
    private final OwnerThread names = new OwnerThread("names");
    private final OwnerThread renewing = new OwnerThread("renewing");
    private final SelfWatch selfWatch;
    private final LocalFace localFace;

    // Owned by the planning thread.
    private final Measuring measuring;
    private final Connecting connecting;
    private final Reflector reflector;
    private final Stamping stamping;
    private final Peers peers;
    private final PeerFile peerFile;
    private final SettingsKeeper settings;
    private final TargetSlots slots = new TargetSlots(clock);
    private final Planner planner;
    private final Map<NodeId, MeshNode> plannedEndpoints = new TreeMap<>();
    private MeshPolicy policy;
    private RoundShape shape;
    private volatile List<MeshNode> endpoints = List.of();
    private volatile List<MeshNode> lastPeers = List.of();
    /** Itself included; for the membership's thread. */
    private volatile int agentsKnown = 1;
    private volatile MembershipState takingPart = new MembershipState(MembershipMode.NONE, "not joined yet");
    private boolean stopped;
    private boolean measuringEcho;
    private boolean measuringStamp;
    private int packetsPerSecond;

    /**
     * Takes the data folder and opens the sockets; {@link #start} begins the work.
     *
     * @throws io.sentinelmesh.agent.identity.DataFolderException if the folder cannot be used
     * @throws ConfigException if the source address is not one of this host's, or it has not joined
     * @throws io.sentinelmesh.trust.TrustException if its key can't be used
     */
    static Agent open(AgentConfig config, Map<String, String> environment) {
        DataFolder folder = DataFolder.open(config.dataDir());
        try {
            return new Agent(config, folder, identity(config, folder, environment));
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Optional<AgentIdentity> identity(AgentConfig config, DataFolder folder,
            Map<String, String> environment) {
        if (!config.needsCertificate()) {
            return Optional.empty();
        }
        KeyVault vault = IdentityFiles.vault(config, environment);
        return Optional.of(AgentIdentity.open(folder, vault, InstantSource.system())
                .orElseThrow(() -> KeyCommand.notJoined(config.dataDir())));
    }

    private static MeshNode self(NodeId id, AgentConfig config, int reflectorPort) {
        List<String> advertised = config.membership().advertised().stream().map(InetAddress::getHostAddress).toList();
        boolean own = advertised.isEmpty();
        return new MeshNode(id, MeshNode.Role.AGENT, config.name(), config.site(),
                own ? config.address().getHostAddress() : advertised.getFirst(), reflectorPort,
                own ? HostAddresses.besides(config.address()) : advertised.subList(1, advertised.size()),
                own ? MeshNode.Reach.UNKNOWN : MeshNode.Reach.DIRECT);
    }

    /** Whether this host has an address of the same family where it stands. */
    private static Predicate<InetAddress> speaks(AgentConfig config) {
        InetAddress own = config.sourceAddress().orElse(config.address());
        boolean both = config.sourceAddress().isEmpty() && HostAddresses.besides(own).stream()
                .anyMatch(other -> InetAddress.ofLiteral(other) instanceof Inet4Address != own instanceof Inet4Address);
        return other -> both || other instanceof Inet4Address == own instanceof Inet4Address;
    }

    private Agent(AgentConfig config, DataFolder folder, Optional<AgentIdentity> identity) {
        this.config = config;
        this.folder = folder;
        this.identity = identity;
        NodeId id = folder.identity();
        this.reflector = Reflector.open(config.address(), config.reflectorPort());
        this.self = self(id, config, reflector.port());
        this.addresses = new AddressBook(InetAddress::getByName, speaks(config));
        this.settings = new SettingsKeeper(new Selector.Member(config.name(), config.site()), config.pins(),
                new SettingsFile(folder), this::use);
        this.paths = PathWatch.of(id, config.sourceAddress(), clock);
        this.spool = Spool.open(folder.path(Spool.FOLDER), bounds(settings.inForce()), id, boot,
                new Spool.Company(() -> endpoints, paths.outbox()::take, this::selfReport), clock);
        this.peerFile = new PeerFile(folder);
        this.peers = new Peers(id, peerFile.read());
        this.planner = new Planner(id);
        this.agentsKnown = peers.known().size() + 1;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setDisableTCCL(true));
        this.link = new AggregatorLink(vertx, config, linkSecurity(), this::hello, this::verdict, spool,
                new FromAggregator(), clock);
        this.measuringEcho = settings.inForce().get(SettingsKeys.ECHO);
        this.measuringStamp = settings.inForce().get(SettingsKeys.STAMP);
        this.packetsPerSecond = settings.inForce().get(SettingsKeys.PACKETS_PER_SECOND);
        this.policy = SettingsPolicy.of(settings.inForce());
        this.shape = shape(settings.inForce());
        this.measuring = new Measuring(id, this::openProber, shape, new ToLink());
        this.selfWatch = new SelfWatch(config.metrics(), measuring::source, spool, link::clockOffset, clock);
        this.connecting = new Connecting(
                sink -> new Measuring(id, this::openTcpProber, RoundShape.DEFAULT, sink, true), new ToLink());
        this.connecting.reshape(shape);
        this.stamping = new Stamping(id, config.sourceAddress(), shape, new ToLink());
        this.stamping.limit(caps());
        this.dialBack = new LinkDialBack(link::tell, this::takingPart);
        this.membership = membership(config.membership(), folder);
        selfWatch.show(metrics -> PathFigures.register(metrics, paths.outbox()));
        identity.ifPresent(known -> selfWatch
                .show(metrics -> CertificateFigures.register(metrics, known::validity, clock)));
        this.localFace = new LocalFace(new LocalFace.Run(self, boot, startedAt, config.dataDir()),
                new LocalFace.Views(measuring::rung, membership::state, () -> lastPeers, () -> endpoints,
                        planner::status, settings::status, selfWatch::verdict),
                spool, link, identity, clock);
    }

    /** By this agent's certificate; without one the membership speaks plain text. */
    private Membership membership(AgentConfig.Membership wanted, DataFolder folder) {
        Optional<TlsIdentity> tls = identity.map(AgentIdentity::tls);
        String address = wanted.address().getHostAddress();
        boolean elsewhere = !wanted.advertised().isEmpty() && wanted.address().equals(config.address());
        SeatSettings seat = new SeatSettings(self.id(), SeatSettings.Kind.LITE, address,
                elsewhere ? self.address() : address, wanted.port(), wanted.seeds().stream()
                        .map(seed -> SeatSettings.hostAndPort(seed.getHostString(), seed.getPort())).toList(),
                folder.path("members"), tls);
        return ClusterMembership.start(self, seat,
                new MemberChoices(wanted.mode(), seat, () -> agentsKnown, dialBack, System::nanoTime),
                new FromRegistry());
    }

    private LinkSecurity linkSecurity() {
        return identity.<LinkSecurity>map(known -> new LinkSecurity.Certificates(known.tls()))
                .orElseGet(() -> new LinkSecurity.Plain(config.tokenFile().map(SecretFile::new)));
    }

    private Prober openProber(ProbePacing pacing, ProbeListener listener) {
        try {
            return Probers.open(proberSettings(pacing).thatConfirms(), listener);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("\"source-address\": " + e.getMessage(), e);
        }
    }

    private static RoundShape shape(Settings now) {
        return new RoundShape(now.get(SettingsKeys.ROUND_LENGTH), now.get(SettingsKeys.PACKETS_PER_ROUND),
                now.get(SettingsKeys.LOSS_THRESHOLD));
    }

    /** What the settings say from now on. Planning thread. */
    private void use(Settings now) {
        if (stopped) {
            return;
        }
        MeshPolicy wanted = SettingsPolicy.of(now);
        RateCaps before = caps();
        measuringEcho = now.get(SettingsKeys.ECHO);
        measuringStamp = now.get(SettingsKeys.STAMP);
        packetsPerSecond = now.get(SettingsKeys.PACKETS_PER_SECOND);
        policy = wanted;
        shape = shape(now);
        measuring.reshape(shape);
        connecting.reshape(shape);
        stamping.reshape(shape);
        bound(now);
        if (!caps().equals(before)) {
            measuring.restart();
            connecting.restart();
            stamping.limit(caps());
        }
        plan();
        planner.report();
    }

    private static SpoolSettings bounds(Settings now) {
        return SpoolSettings.of(now.get(SettingsKeys.SPOOL_SIZE), now.get(SettingsKeys.SPOOL_AGE));
    }

    /** What settings say beside the measuring. */
    private void bound(Settings now) {
        paths.every(now.get(SettingsKeys.PATHS)
                ? Optional.of(now.get(SettingsKeys.PATHS_INTERVAL))
                : Optional.empty());
        spool.limit(bounds(now));
        selfWatch.readHost(now.get(SettingsKeys.HOST_METRICS)
                ? Optional.of(new HostPlan(now.get(SettingsKeys.HOST_METRICS_INTERVAL),
                        now.get(SettingsKeys.HOST_METRICS_NAMES), now.get(SettingsKeys.TOP_PROCESSES)))
                : Optional.empty());
    }

    private Prober openTcpProber(ProbePacing pacing, ProbeListener listener) {
        return Probers.open(RungChoice.TCP, proberSettings(pacing), listener);
    }

    private ProberSettings proberSettings(ProbePacing pacing) {
        return new ProberSettings(pacing, config.sourceAddress(), ProberSettings.DEFAULT_TCP_PORT).with(caps());
    }

    /** Should the plan be wrong, no engine sends more; and never more than the settings' limit. */
    private RateCaps caps() {
        int roomForPlan = Math.clamp(BURST_ROOM * (long) policy.packetsPerSecond(), LEAST_CAP,
                RateCaps.DEFAULT.packetsPerSecond());
        return new RateCaps(Math.min(roomForPlan, packetsPerSecond), RateCaps.DEFAULT.packetsPerSecondEach());
    }

    MeshNode self() {
        return self;
    }

    void start() {
        planning.every(REPLANNING, () -> {
            plan();
            planner.report();
            measuring.report();
            connecting.report();
            stamping.report();
        });
        planning.every(CHECKING, () -> {
            measuring.check();
            connecting.check();
            reflector.check();
            stamping.check();
            if (planner.isDue(clock.instant())) {
                plan();
            }
        });
        identity.ifPresent(known -> {
            Renewal renewal = new Renewal(known, config.aggregators(), config.proxy(), clock,
                    ThreadLocalRandom.current()::nextDouble, link::certificateRenewed);
            renewing.every(Renewal.TICK, () -> {
                renewal.check();
                KeyRotation.serve(folder, renewal);
            });
        });
        selfWatch.start();
        planning.run(() -> bound(settings.inForce()));
        link.start();
        localFace.start();
        planning.after(SETTLED, this::tidyHeap);
    }

    /** Some 60 ms for 20 MB, a five-thousandth of the time: packets leave that much later, and the kernel's stamps keep their delays exact. */
    private void tidyHeap() {
        System.gc();
        planning.after(HEAP_TIDYING, this::tidyHeap);
    }

    private SelfReport selfReport() {
        return selfWatch.report();
    }

    private HealthVerdict verdict() {
        return selfWatch.verdict();
    }

    private void lookUpNames() {
        if (addresses.lookUp(endpoints)) {
            planning.run(this::plan);
        }
    }

    /** When this agent's certificate is in force; empty if it has none, by --insecure. */
    Optional<Validity> certificateValidity() {
        return identity.map(AgentIdentity::validity);
    }

    /** The plan as it stands. Any thread. */
    PlanStatus planStatus() {
        return planner.status();
    }

    private Frame.Hello hello() {
        ProbeRung rung = measuring.rung();
        return new Frame.Hello(FrameCodec.FORMAT_VERSION, self, boot, Version.text(), rung.kind(), rung.label(),
                rung.remedy().orElse(""), startedAt, clock.instant(), OptionalLong.of(settings.status().version()),
                Optional.of(takingPart()), FrameCodec.OLDEST_FORMAT_VERSION);
    }

    /** How it takes part in the cluster now. Any thread. */
    private Frame.Membership takingPart() {
        MembershipState now = takingPart;
        String reason = now.reason().replaceAll("\\p{Cc}", " ");
        // Seen from the aggregator the link of such an agent comes from the proxy, which says nothing about NAT.
        List<String> local = config.proxy() instanceof ProxySettings.None ? HostAddresses.all() : List.of();
        return new Frame.Membership(now.mode().text(), reason.substring(0, Math.min(LONGEST_REASON, reason.length())),
                local);
    }

    private void plan() {
        if (stopped) {
            // A task that was queued while the agent stopped must not open anything again.
            return;
        }
        List<MeshNode> known = peers.known();
        List<MeshNode> members = new ArrayList<>(known);
        members.add(self.with(self.reach() == MeshNode.Reach.UNKNOWN ? peers.ownReach() : self.reach()));
        Set<NodeId> unreachable = members.stream().filter(MeshNode::isBehindNat).map(MeshNode::id)
                .collect(Collectors.toSet());
        RoundPace pace = new RoundPace(shape.pacing().interval(), shape.length(), StampSettings.DEFAULT_FLOWS);
        AgentPlan mine = planner.plan(new MeshMembers(members, unreachable), config.endpoints(), policy, pace,
                clock.instant());
        announce(mine.endpoints());
        Map<NodeId, InetAddress> placed = addresses.known(mine.nodes());
        TargetSlots.Assignment assignment = slots.assign(placed);
        paths.destinations(placed);
        PlannedTargets targets = PlannedTargets.of(mine, assignment, measuring.rung().kind());
        measuring.targets(measuringEcho ? targets.echo() : targets.echo().withoutTargets());
        if (reflector.port() > 0) {
            stamping.targets(measuringStamp ? targets.stamp() : targets.stamp().withoutTargets(), mine.nodes());
        }
        connecting.targets(targets.tcp(), targets.tcpAlone());
        if (!known.equals(lastPeers)) {
            LOG.info("{} peers: {}", known.size(), known.stream().limit(20).map(MeshNode::name).toList());
            peerFile.write(known);
            lastPeers = known;
            agentsKnown = known.size() + 1;
        }
    }

    /** Results name endpoints by their ids only: what those stand for goes along, for as long as rounds of one that left may be waiting. */
    private void announce(List<MeshNode> planned) {
        if (plannedEndpoints.size() + planned.size() > MeshPlan.MAX_DESTINATIONS) {
            plannedEndpoints.clear();
        }
        planned.forEach(endpoint -> plannedEndpoints.put(endpoint.id(), endpoint));
        List<MeshNode> now = List.copyOf(plannedEndpoints.values());
        if (now.equals(endpoints)) {
            return;
        }
        boolean first = endpoints.isEmpty();
        endpoints = now;
        link.endpoints(now);
        if (first) {
            names.every(REPLANNING, this::lookUpNames);
        } else {
            names.run(this::lookUpNames);
        }
    }

    private final class ToLink implements RoundSink {

        @Override
        public void finished(MatrixRow row) {
            paths.finished(row);
            spool.add(row);
            localFace.finished(row);
        }

        @Override
        public void live(LiveRow row) {
            if (row.kind() == measuring.rung().kind()) {
                planner.measured(row);
            }
            link.live(row);
        }
    }

    private final class FromAggregator implements LinkListener {

        @Override
        public void configured(Frame.Config config) {
            // Its round is for agents that know no settings.
            planning.run(() -> {
                if (!stopped) {
                    peers.told(config.peers());
                    plan();
                }
            });
        }

        @Override
        public void settings(Frame.Settings told) {
            planning.run(() -> link.reply(settings.hear(told)));
        }

        @Override
        public void dialBack(Frame.DialBackAnswer answer) {
            dialBack.heard(answer);
            if (answer.token() == 0) {
                membership.judgeModeAgain();
            }
        }

        @Override
        public void unlinked() {
            dialBack.unlinked();
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
        public void takesPart(MembershipState now) {
            takingPart = now;
            dialBack.tell();
        }

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
        connecting.close();
        stamping.close();
        paths.close();
        reflector.close();
    }

    /** Stops measuring, sends what can still be sent, says goodbye. Bounded in time. */
    @Override
    public void close() {
        localFace.close();
        try {
            if (!planning.end(this::stopMeasuring, CLOSE_LIMIT)) {
                LOG.info("stopped while planning");
            }
            boolean _ = renewing.end(() -> {
            }, RENEWAL_CLOSE_LIMIT);
            selfWatch.close();
            membership.close();
            link.close();
            spool.close();
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
