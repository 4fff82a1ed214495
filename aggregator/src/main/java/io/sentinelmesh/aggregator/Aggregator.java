package io.sentinelmesh.aggregator;

import java.net.BindException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.EventLoop;
import io.sentinelmesh.aggregator.access.Gatekeeper;
import io.sentinelmesh.aggregator.api.ApiRoutes;
import io.sentinelmesh.aggregator.assets.DashboardFiles;
import io.sentinelmesh.aggregator.door.AgentDoor;
import io.sentinelmesh.aggregator.door.EnrolParts;
import io.sentinelmesh.aggregator.door.Ports;
import io.sentinelmesh.aggregator.event.AgentNow;
import io.sentinelmesh.aggregator.event.EventWatch;
import io.sentinelmesh.aggregator.event.EventWriter;
import io.sentinelmesh.aggregator.event.Noted;
import io.sentinelmesh.aggregator.health.Health;
import io.sentinelmesh.aggregator.identity.EnrolMetrics;
import io.sentinelmesh.aggregator.identity.Enrolment;
import io.sentinelmesh.aggregator.identity.IdentityBook;
import io.sentinelmesh.aggregator.identity.IdentityKeeper;
import io.sentinelmesh.aggregator.identity.MeshTrust;
import io.sentinelmesh.aggregator.identity.Tokens;
import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingest.DeadLetters;
import io.sentinelmesh.aggregator.ingest.IngestMetrics;
import io.sentinelmesh.aggregator.ingest.StoreWriter;
import io.sentinelmesh.aggregator.ingestkey.IngestKeys;
import io.sentinelmesh.aggregator.ingestkey.IngestRoutes;
import io.sentinelmesh.aggregator.link.AgentLinks;
import io.sentinelmesh.aggregator.link.LinkEndpoint;
import io.sentinelmesh.aggregator.live.BaselineRecall;
import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.matrix.BaselineMemory;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.aggregator.matrix.NodeTable;
import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.aggregator.offload.BlockingCalls;
import io.sentinelmesh.aggregator.reach.DialBacks;
import io.sentinelmesh.aggregator.roster.AgentRoster;
import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.aggregator.settings.SettingsDesk;
import io.sentinelmesh.aggregator.stream.StreamEndpoint;
import io.sentinelmesh.aggregator.stream.StreamHub;
import io.sentinelmesh.aggregator.summary.LiveSummaries;
import io.sentinelmesh.aggregator.summary.SitePairMetrics;
import io.sentinelmesh.aggregator.upkeep.HeapTrim;
import io.sentinelmesh.aggregator.upkeep.Repeating;
import io.sentinelmesh.aggregator.upkeep.StoreUpkeep;
import io.sentinelmesh.aggregator.upkeep.TierMetrics;
import io.sentinelmesh.db.MeasurementStore;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.measurement.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.ext.web.Router;

/** All parts, built and joined by hand. Started and stopped by one thread, which may block. */
final class Aggregator implements AutoCloseable {

    static final String TOKEN_FILE = "api-token";

    private static final Duration START_WITHIN = Duration.ofSeconds(30);
    private static final Duration FLUSH_WITHIN = Duration.ofSeconds(5);
    private static final Duration NOTE_EVENTS_EVERY = Duration.ofSeconds(1);
    private static final Duration SUM_UP_LIVE_EVERY = Duration.ofSeconds(1);
    private static final Duration ROLL_UP_EVERY = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
    /** The mesh's, the page's, the agents' door's. */
    private static final int EVENT_LOOPS = 3;

    private static final String SET_ASIDE = "Minutes and hours that could not be summed up, and were set aside for an hour.";
    private static final String REVOKED = "this agent was revoked. If it may come back, make a token for it "
            + "(scripts/sentinel token create --agent NAME) and join again with that";

    private static final Logger log = LoggerFactory.getLogger(Aggregator.class);

    private final MeasurementStore store;
    private final Clock clock;
    private final MetricRegistry registry = new MetricRegistry();
    private final BatchQueue queue;
    private final Vertx vertx;
    private final Context starter;
    private final BlockingCalls blocking;
    private final MeshThread mesh;
    private final DialBacks dialBacks;
    private final LinkEndpoint link;
    private final StreamHub stream;
    private final LiveSummaries summaries = new LiveSummaries();
    private final SettingsDesk settingsDesk;
    private final StoreWriter writer;
    private final StoreUpkeep upkeep;
    private final EventWriter eventWriter;
    private final DeadLetters deadLetters;
    private final Repeating noting;
    private final Thread notingThread;
    private final Repeating rollups;
    private final Thread rollupThread;
    private final Health health = new Health(Version.TEXT);
    private final Thread writerThread;
    private final Thread upkeepThread;
    private final Thread recallThread;
    private final WebServer server;
    private volatile Runnable judgeMembersAgain = () -> {
    };
    private final AgentDoor door;
    private final IdentityBook book;
    private final Tokens tokens;
    private final IngestKeys ingestKeys;
    private final IngestRoutes.Counts ingestCounts;
    private final IdentityKeeper keeper;
    private final Thread keeperThread;
    private final Listeners listeners;

    /**
     * @param store is closed with the aggregator
     */
    Aggregator(Listeners listeners, MeasurementStore store, Credentials credentials, BatchQueue.Bounds bounds,
            Clock clock) {
        this.queue = new BatchQueue(bounds);
        this.listeners = listeners;
        this.store = store;
        this.clock = clock;
        // First, for it may fail, and nothing is running yet that would have to be stopped then.
        LiveMesh live = loadMesh();
        MeshTrust trust = credentials.trust();
        this.book = new IdentityBook(store.identities(), trust.tls());
        book.refresh(clock.instant());
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS)
                // No cache folder: nothing is served from files, and a kill would leave the folder behind.
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        // The thread that starts gets a place on a loop of its own accord; held on to, so that it gets no second one while the others are given out.
        this.starter = vertx.getOrCreateContext();
        this.blocking = new BlockingCalls(vertx);
        this.mesh = new MeshThread(vertx, meshContext(), live);
        this.dialBacks = new DialBacks(credentials.trust().tls(), registry, System::nanoTime);
        this.link = new LinkEndpoint(vertx, mesh, store, blocking, queue, registry, this::objection, dialBacks, clock,
                System::nanoTime);
        this.stream = new StreamHub(live, registry);
        SitePairMetrics.register(registry, summaries::newest);
        this.settingsDesk = new SettingsDesk(store.settings(), blocking, clock,
                newest -> mesh.execute(() -> link.links().settings(newest)));
        this.eventWriter = new EventWriter(store.events(), registry);
        this.deadLetters = new DeadLetters(store, eventWriter, registry, clock);
        this.noting = new Repeating("note events", NOTE_EVENTS_EVERY, eventWriter);
        this.notingThread = Thread.ofVirtual().name("event-writer").unstarted(noting);
        this.writer = new StoreWriter(queue, store,
                settled -> mesh.execute(() -> settled(settled)), new IngestMetrics(registry, queue), deadLetters);
        this.upkeep = new StoreUpkeep(store, this::agentsNow, clock);
        TierMetrics.register(registry, upkeep);
        this.rollups = new Repeating("roll up the figures of hosts", ROLL_UP_EVERY,
                () -> store.metrics().rollUp(clock.instant()));
        this.rollupThread = Thread.ofVirtual().name("metric-rollup").unstarted(rollups);
        registry.countedElsewhere("sentinel_host_metrics_not_stored_total", "",
                "Figures of hosts too old, too far ahead, or of more series than an agent may have.",
                () -> store.metrics().leftOut());
        registry.countedElsewhere("sentinel_traces_not_stored_total", "",
                "Traces too old, too far ahead, or older than what was known of their pair.",
                () -> store.paths().leftOut());
        registry.countedElsewhere("sentinel_store_rollups_set_aside_total", "of=\"rounds\"", SET_ASIDE,
                () -> store.tiers().setAside());
        registry.countedElsewhere("sentinel_store_rollups_set_aside_total", "of=\"metrics\"", SET_ASIDE,
                () -> store.metrics().setAside());
        this.writerThread = Thread.ofVirtual().name("store-writer").unstarted(writer);
        this.recallThread = Thread.ofVirtual().name("baseline-recall")
                .unstarted(new BaselineRecall(store, mesh, clock));
        this.upkeepThread = Thread.ofVirtual().name("store-upkeep").unstarted(upkeep);
        this.tokens = new Tokens(trust, store.identities(), book, clock);
        this.ingestKeys = new IngestKeys(store, credentials.secrets(), agent -> book.revokedAt(agent).isPresent(),
                () -> pem(trust.trusted()), clock);
        this.ingestCounts = new IngestRoutes.Counts(registry);
        this.keeper = new IdentityKeeper(trust, store.identities(), book,
                agent -> mesh.execute(() -> link.links().expired(agent)), clock);
        this.keeperThread = Thread.ofVirtual().name("identity-keeper").unstarted(keeper);
        book.onRevoked(agent -> {
            mesh.execute(() -> link.links().revoked(agent, REVOKED));
            judgeMembersAgain.run();
        });
        keeper.measure(registry);
        Enrolment enrolment = new Enrolment(trust, store.identities(), book, new EnrolMetrics(registry), clock);
        this.door = new AgentDoor(listeners.door(), new AgentDoor.Behind(
                new EnrolParts(trust, enrolment, book, blocking, this::ports, clock), link::handle, link::exchange,
                router -> ingestRoutes().mount(router)), registry);
        ListenSettings web = listeners.web();
        this.server = new WebServer(web, new Gatekeeper(web.loopback(), web.tls().isPresent(), web.port(),
                credentials.token(), clock), this::mount);
        registry.gauge("sentinel_jvm_memory_used_bytes", "", "Heap in use.",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        registry.gauge("sentinel_jvm_memory_max_bytes", "", "The largest heap allowed.",
                () -> Runtime.getRuntime().maxMemory());
    }

    private static String pem(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append("-----BEGIN CERTIFICATE-----\n")
                        .append(Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException impossible) {
                throw new IllegalStateException("a certificate that was read from its bytes has them", impossible);
            }
        }
        return text.toString();
    }

    private void settled(List<ReceivedBatch> batches) {
        link.links().settled(batches);
        link.postedBatches().settled();
    }

    private IngestRoutes ingestRoutes() {
        return new IngestRoutes(ingestKeys, store, link.postedBatches(), blocking, ingestCounts, clock);
    }

    /** Opens the listener; from then on it serves. */
    void start() {
        health.watch("database", upkeep::trouble);
        health.watch("ingest", writer::trouble);
        health.watch("events", noting::trouble);
        health.watch("host metrics", rollups::trouble);
        writerThread.start();
        upkeepThread.start();
        rollupThread.start();
        notingThread.start();
        watchForEvents();
        keeperThread.start();
        MeshTicker ticker = new MeshTicker(mesh.mesh(), stream, link.links(), registry);
        mesh.execute(() -> vertx.setPeriodic(MeshTicker.TICK.toMillis(), _ -> ticker.tick()));
        HeapTrim.ofThisJvm().ifPresent(trim -> vertx.setPeriodic(HeapTrim.EVERY.toMillis(), _ -> trim.run()));
        mesh.execute(() -> vertx.setPeriodic(SUM_UP_LIVE_EVERY.toMillis(), _ -> summaries.look(mesh.mesh())));
        mesh.execute(() -> vertx.setPeriodic(1, SettingsDesk.LOOKING.toMillis(), _ -> settingsDesk.look()));
        try {
            await(vertx.deployVerticle(server), START_WITHIN);
        } catch (CompletionException failure) {
            throw explain(failure.getCause() == null ? failure : failure.getCause());
        }
        try {
            await(vertx.deployVerticle(door), START_WITHIN);
        } catch (CompletionException failure) {
            throw Program.cannotListen(listeners.door(), failure.getCause() == null ? failure : failure.getCause());
        }
        recallThread.start();
        if (eventLoops().size() < EVENT_LOOPS) {
            log.warn("The mesh, the page and the agents' door share event loops, so one may hold up the other ({})",
                    starter);
        }
    }

    /** Those of the mesh, the page and the door. */
    Set<EventLoop> eventLoops() {
        return Set.copyOf(List.of(mesh.eventLoop(), server.eventLoop(), door.eventLoop()));
    }

    private void watchForEvents() {
        Noted noted = Noted.NOTHING;
        try {
            noted = Noted.in(store.events());
        } catch (StoreException unknown) {
            log.warn("Who was lost or impaired is not known, so who comes back is not noted as such: {}",
                    unknown.getMessage());
        }
        EventWatch watch = new EventWatch(clock.instant(), mesh.mesh().agents(), noted);
        AgentLinks links = link.links();
        mesh.execute(() -> vertx.setPeriodic(NOTE_EVENTS_EVERY.toMillis(), _ -> {
            LiveMesh live = mesh.mesh();
            Set<NodeId> duplicates = live.duplicates();
            watch.look(clock.instant(), live.agents().stream().map(agent -> {
                NodeId id = agent.node().id();
                return new AgentNow(agent, live.selfReports().told(id), links.settingsAnswers().of(id),
                        links.clocks().judged(id), duplicates.contains(id));
            }).toList()).forEach(eventWriter);
        }));
    }

    /** One turn of what the keeper does by itself every few seconds; for whoever moves the clock. */
    void lookAfterIdentities() {
        keeper.once();
    }

    private Optional<String> objection(NodeId agent) {
        return book.revokedAt(agent).map(_ -> REVOKED);
    }

    private Ports ports() {
        return new Ports(server.actualPort(), listeners.memberPort(), door.actualPort());
    }

    /** The agents' door. */
    int doorPort() {
        return door.actualPort();
    }

    private StartupException explain(Throwable cause) {
        ListenSettings settings = listeners.web();
        if (settings.tls().isEmpty() || cause instanceof BindException) {
            return Program.cannotListen(settings, cause);
        }
        ListenSettings.TlsFiles files = settings.tls().get();
        return StartupException.failed("cannot serve TLS with " + files.certificate() + " and " + files.key() + " ("
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("") + "): both must be PEM, the key "
                + "without a passphrase and made for this certificate");
    }

    /**
     * @param members of the cluster, this one included
     * @param judgeAgain puts members out whose certificates are not taken any more
     */
    void watch(IntSupplier members, Runnable judgeAgain) {
        judgeMembersAgain = judgeAgain;
        registry.gauge("sentinel_membership_members", "", "Members of the cluster, this one included.",
                members::getAsInt);
    }

    String url() {
        return listeners.web().url(server.actualPort());
    }

    int port() {
        return server.actualPort();
    }

    private LiveMesh loadMesh() {
        NodeTable nodes = new NodeTable();
        LiveMesh live = new LiveMesh(nodes, new AgentRoster(), new LiveMatrix(nodes, new BaselineMemory()), clock,
                System::nanoTime);
        live.load(store.agents());
        return live;
    }

    /** An event loop of its own: the mesh must not wait for TLS handshakes and compression. */
    private Context meshContext() {
        CompletableFuture<Context> made = new CompletableFuture<>();
        await(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                made.complete(context);
                return Future.succeededFuture();
            }
        }), START_WITHIN);
        return made.join();
    }

    private void mount(Router router) {
        ApiRoutes api = new ApiRoutes(mesh, new ApiRoutes.Live(summaries::newest, stream.run()), store,
                new ApiRoutes.Identities(book, tokens, ingestKeys), blocking,
                settingsDesk,
                link.links().settingsAnswers(), deadLetters, registry, clock);
        router.get(LinkEndpoint.PATH).handler(listeners.plainLink() ? link::handle : LinkEndpoint::refuse);
        router.post(LinkEndpoint.EXCHANGE_PATH)
                .handler(listeners.plainLink() ? link::exchange : LinkEndpoint::refuse);
        api.mountPast(router);
        new StreamEndpoint(mesh, stream).mount(router);
        if (listeners.plainLink()) {
            ingestRoutes().mount(router);
        }
        api.mount(router);
        router.get("/healthz").handler(health::answerAll);
        router.get("/healthz/live").handler(health::answerLive);
        router.get("/healthz/ready").handler(health::answerReady);
        router.get("/metrics").handler(ctx -> WebServer.metrics(ctx, registry));
        api.mountEnd(router);
        router.get().handler(new DashboardFiles(blocking, Aggregator.class.getClassLoader())::handle);
    }

    /** For upkeep's thread, which may wait. */
    private List<AgentView> agentsNow() {
        CompletableFuture<List<AgentView>> answer = new CompletableFuture<>();
        mesh.execute(() -> answer.complete(mesh.mesh().agents()));
        return answer.orTimeout(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    /** Takes no more batches, commits and acknowledges those it has, then closes everything; within 10 s in all. */
    @Override
    public void close() {
        mesh.execute(() -> link.links().drain());
        queue.close();
        if (!ended(writerThread, FLUSH_WITHIN)) {
            log.warn("{} batches are not stored after {} s; they were not acknowledged, their agents keep them",
                    queue.batches(), FLUSH_WITHIN.toSeconds());
            writer.abandon();
            writerThread.interrupt();
        }
        recallThread.interrupt();
        upkeep.stop();
        rollups.stop();
        noting.stop();
        keeper.stop();
        long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
        for (Thread thread : List.of(notingThread, rollupThread, keeperThread, upkeepThread)) {
            if (!ended(thread, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                thread.interrupt();
            }
        }
        // After the last acknowledgements were handed to the links.
        CompletableFuture<Boolean> handed = new CompletableFuture<>();
        mesh.execute(() -> handed.complete(true));
        try {
            handed.get(CLOSE_WITHIN.toMillis() / 2, TimeUnit.MILLISECONDS);
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_WITHIN.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            log.warn("The listener did not close in time", late);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        dialBacks.close();
        blocking.close();
        store.close();
    }

    private static boolean ended(Thread thread, Duration within) {
        try {
            return thread.getState() == Thread.State.NEW || thread.join(within);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> T await(Future<T> future, Duration within) {
        return Optional.ofNullable(future.toCompletionStage().toCompletableFuture()
                .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS).join()).orElseThrow();
    }
}
