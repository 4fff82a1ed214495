package io.sentinelmesh.agent.link;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.measurement.AgentHealth.ClockOffset;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;

/**
 * Keeps one line to one of the aggregators open, for ever, by WebSocket or, where none gets through, by POST: HELLO first, then live rows as they come and batches in strict order within
 * the credit given. State belongs to one event loop; {@link #live} may be called from any thread.
 */
public final class AggregatorLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AggregatorLink.class);

    static final String PATH = "/api/v1/link";
    /** The aggregator pings every second; this long without a word and the connection is dead, whatever TCP thinks. */
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);
    /** After a refusal only people can help; asking more often than this would flood both logs. */
    static final Duration REFUSED_WAIT = Duration.ofSeconds(15);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    /** While POST serves, a WebSocket is tried this often, each time shortened or lengthened by up to a quarter. */
    static final Duration SOCKET_TRIAL = Duration.ofSeconds(60);
    private static final double TRIAL_SPREAD = 0.25;
    /** Pings for the clock, one a second at first: a single sample may have waited anywhere. */
    private static final int FIRST_PINGS = 4;
    private static final Duration PING_INTERVAL = Duration.ofSeconds(10);
    private static final long NOT_WAITING = -1;

    private final Vertx vertx;
    private final Context context;
    private final WebSocketClient client;
    private final AgentConfig config;
    private final Supplier<Frame.Hello> hello;
    private final Supplier<HealthVerdict> verdict;
    private final Spool spool;
    private final LinkListener listener;
    private final InstantSource clock;
    private final Map<ProbeKind, LiveRow> newestLive = new ConcurrentHashMap<>();
    private final AtomicLong unknownFrames = new AtomicLong();
    private volatile List<MeshNode> endpoints;
    private final LinkSecurity security;
    private final BatchLane batches;
    private final ClockFilter clockFilter;
    private final Duration socketTrial;
    private final Line.User lineUser = new FromLine();
    private final LinkWatch watch;

    // What follows belongs to the event loop of the context.
    private long waitingToConnect = NOT_WAITING;
    private final BackOff backOff = new BackOff(() -> ThreadLocalRandom.current().nextDouble());
    private @Nullable Line line;
    private long openedNanos;
    private boolean refusedHere;
    private final Map<URI, RoadChoice> roads = new HashMap<>();
    private @Nullable HttpClient posting;
    private @Nullable URI clockOf;
    private int pingsSent;
    private long pingedNanos;
    private int aggregatorAt;
    private boolean accepted;
    /** Endpoints that this line has named. */
    private final Map<NodeId, MeshNode> named = new HashMap<>();
    private long lastHeardNanos;
    private boolean closing;
    private boolean announcedTrouble;
    private Duration waitAtLeast = Duration.ZERO;

    /**
     * @param hello made anew for each connection
     * @param verdict goes with each live row
     */
    public AggregatorLink(Vertx vertx, AgentConfig config, LinkSecurity security, Supplier<Frame.Hello> hello,
            Supplier<HealthVerdict> verdict, Spool spool, LinkListener listener, InstantSource clock) {
        this(vertx, config, security, hello, verdict, spool, listener, clock, SOCKET_TRIAL);
    }

    /** @param socketTrial how long POST serves before a WebSocket is tried again */
    public AggregatorLink(Vertx vertx, AgentConfig config, LinkSecurity security, Supplier<Frame.Hello> hello,
            Supplier<HealthVerdict> verdict, Spool spool, LinkListener listener, InstantSource clock,
            Duration socketTrial) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.config = config;
        this.endpoints = config.endpoints();
        this.hello = hello;
        this.verdict = verdict;
        this.spool = spool;
        this.listener = listener;
        this.clock = clock;
        this.security = security;
        this.socketTrial = socketTrial;
        this.clockFilter = new ClockFilter(clock, System::nanoTime);
        this.watch = new LinkWatch(config.aggregators().getFirst(), clock);
        this.batches = new BatchLane(vertx, context, spool, new BatchLane.Link() {
            @Override
            public void sendLive() {
                AggregatorLink.this.sendLive();
            }

            @Override
            public void startAnew() {
                AggregatorLink.this.startAnew();
            }
        });
        this.client = vertx.createWebSocketClient(
                through(config.proxy(), security.clientOptions()).setMaxFrameSize(FrameCodec.MAX_FRAME_BYTES)
                        .setMaxMessageSize(FrameCodec.MAX_FRAME_BYTES)
                        .setTryUsePerMessageCompression(false));
    }

    private static <O extends ClientOptionsBase> O through(ProxySettings proxy, O options) {
        if (proxy instanceof ProxySettings.Http http) {
            ProxyOptions way = new ProxyOptions().setType(ProxyType.HTTP).setHost(http.host()).setPort(http.port());
            http.readCredentials()
                    .ifPresent(known -> way.setUsername(known.user()).setPassword(known.password()));
            options.setProxyOptions(way);
        }
        return options;
    }

    public void start() {
        context.runOnContext(_ -> {
            vertx.setPeriodic(1_000, _ -> watch());
            connect();
        });
    }

    /** The endpoints that results may be about, from now on. Any thread. */
    public void endpoints(List<MeshNode> known) {
        endpoints = List.copyOf(known);
    }

    /** The newest live row of its kind; one that was not sent yet is replaced, never queued. */
    public void live(LiveRow row) {
        newestLive.put(row.kind(), row);
        context.runOnContext(_ -> sendLive());
    }

    /** An answer to settings. Without a link it is left out: the next link brings the settings again. */
    public void reply(Frame.SettingsReply reply) {
        tell(reply);
    }

    /** What is of use only now: left out without a link. */
    public void tell(Frame frame) {
        context.runOnContext(_ -> {
            if (accepted && line != null) {
                send(line, frame);
            }
        });
    }

    /** How the link is. Any thread. */
    public LinkStatus status() {
        return watch.status().with(clockOffset());
    }

    /** For this long what waits goes without a pause, and the newest batch does not wait for more rows. Any thread. */
    public void hurry(Duration howLong) {
        context.runOnContext(_ -> batches.hurry(howLong));
    }

    /** There is a new certificate. The link that stands goes on; one that could not be made is tried again at once. */
    public void certificateRenewed() {
        context.runOnContext(_ -> {
            if (waitingToConnect != NOT_WAITING && vertx.cancelTimer(waitingToConnect)) {
                backOff.afterSuccess();
                connect();
            }
        });
    }

    /** This host's clock less the aggregator's, from pings; empty while nothing is known. Any thread. */
    public Optional<ClockOffset> clockOffset() {
        return clockFilter.newest();
    }

    private URI aggregator() {
        return config.aggregators().get(aggregatorAt % config.aggregators().size());
    }

    private RoadChoice road(URI uri) {
        return roads.computeIfAbsent(uri, _ -> new RoadChoice());
    }

    private void connect() {
        waitingToConnect = NOT_WAITING;
        if (closing || line != null) {
            return;
        }
        URI uri = aggregator();
        try {
            if (road(uri).isPost()) {
                PostLine made = new PostLine(vertx, posting(), withToken(to(uri, new RequestOptions())),
                        FrameCodec.encode(hello.get()), lineUser);
                opened(uri, made);
                made.open();
            } else {
                connectSocket(uri).onSuccess(connected -> openedSocket(uri, connected))
                        .onFailure(cause -> notOpened(uri, cause));
            }
        } catch (RuntimeException e) {
            // A token file that cannot be used: people can repair it, so it is tried again.
            failed(uri, Failures.reason(e), true);
        }
    }

    private Future<WebSocket> connectSocket(URI uri) {
        WebSocketConnectOptions options = withToken(to(uri, new WebSocketConnectOptions()));
        options.setTimeout(10_000);
        return client.connect(options.setURI(PATH));
    }

    private static <O extends RequestOptions> O to(URI uri, O options) {
        options.setHost(uri.getHost()).setPort(AgentConfig.port(uri)).setSsl(AgentConfig.isDoor(uri))
                .setConnectTimeout(5_000);
        return options;
    }

    private <O extends RequestOptions> O withToken(O options) {
        security.bearerToken().ifPresent(token -> options.addHeader("Authorization", "Bearer " + token));
        return options;
    }

    /** Made when it is first needed: most agents never do. */
    private HttpClient posting() {
        HttpClient made = posting;
        if (made == null) {
            made = vertx.createHttpClient(through(config.proxy(), security.postOptions()),
                    new PoolOptions().setHttp1MaxSize(1));
            posting = made;
        }
        return made;
    }

    private void notOpened(URI uri, Throwable cause) {
        boolean elsewhere = learned(uri, cause);
        failed(uri, Failures.reason(cause), elsewhere);
    }

    /** @return whether there is nothing more to try at this aggregator at present */
    private boolean learned(URI uri, Throwable cause) {
        RoadChoice road = road(uri);
        switch (Failures.lesson(cause)) {
            case Failures.Lesson.Rejected(int status) -> road.rejected(status);
            case Failures.Lesson.Killed() -> road.ended(Duration.ZERO);
            case Failures.Lesson.None() -> {
                return true;
            }
        }
        return !road.isPost();
    }

    private void openedSocket(URI uri, WebSocket connected) {
        SocketLine made = new SocketLine(connected, lineUser);
        if (closing) {
            made.close();
            return;
        }
        opened(uri, made);
        send(made, hello.get());
    }

    private void opened(URI uri, Line opened) {
        line = opened;
        accepted = false;
        refusedHere = false;
        named.clear();
        pingsSent = 0;
        if (!uri.equals(clockOf)) {
            clockOf = uri;
            clockFilter.otherAggregator();
        }
        batches.opened(opened);
        openedNanos = System.nanoTime();
        lastHeardNanos = openedNanos;
    }

    /** What a line of any kind tells. */
    private final class FromLine implements Line.User {

        @Override
        public void received(Line from, byte[] frame) {
            if (from.equals(line)) {
                AggregatorLink.this.received(aggregator(), from, frame);
            }
        }

        @Override
        public void heard(Line from) {
            if (from.equals(line)) {
                lastHeardNanos = System.nanoTime();
            }
        }

        @Override
        public void hasRoom(Line from) {
            batches.pull();
        }

        @Override
        public void takesLive(Line from) {
            sendLive();
        }

        @Override
        public void ended(Line ended, String why) {
            if (ended.equals(line)) {
                lineEnded(ended, why);
            }
        }
    }

    private void lineEnded(Line ended, String why) {
        line = null;
        URI uri = aggregator();
        RoadChoice road = road(uri);
        switch (ended.mode()) {
            case WEBSOCKET -> {
                if (refusedHere) {
                    road.refused();
                } else {
                    road.ended(Duration.ofNanos(System.nanoTime() - openedNanos));
                }
            }
            case POST, NONE -> road.postEnded();
        }
        failed(uri, why, !road.isPost());
    }

    /** While POST serves: perhaps what stood in the way of WebSockets is gone. */
    private void tryASocketLater(Line serving) {
        double spread = 1 + TRIAL_SPREAD * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        vertx.setTimer(Math.max(1, (long) (socketTrial.toMillis() * spread)), _ -> tryASocket(serving));
    }

    private void tryASocket(Line serving) {
        if (closing || !serving.equals(line)) {
            return;
        }
        URI uri = aggregator();
        try {
            connectSocket(uri).onSuccess(connected -> {
                if (closing || !serving.equals(line)) {
                    Future<Void> _ = connected.close();
                    return;
                }
                LOG.info("a WebSocket to the aggregator {} opens again: leaving POST", uri);
                serving.close();
                road(uri).trialOpened();
                openedSocket(uri, connected);
            }).onFailure(cause -> {
                LOG.debug("still no WebSocket to {} ({})", uri, Failures.reason(cause));
                tryASocketLater(serving);
            });
        } catch (RuntimeException e) {
            LOG.debug("no WebSocket to {} could be tried", uri, e);
            tryASocketLater(serving);
        }
    }

    /** @param elsewhere whether another aggregator comes next, if there is one */
    private void failed(URI uri, String why, boolean elsewhere) {
        if (closing) {
            return;
        }
        if (!announcedTrouble) {
            announcedTrouble = true;
            LOG.warn("no link to the aggregator {} ({}): measuring goes on, rounds are kept, trying again", uri, why);
        } else {
            LOG.debug("still no link to {} ({})", uri, why);
        }
        watch.away(uri, why);
        batches.closed();
        listener.unlinked();
        if (elsewhere) {
            aggregatorAt++;
        }
        Duration wait = backOff.afterFailure();
        if (wait.compareTo(waitAtLeast) < 0) {
            wait = waitAtLeast;
        }
        waitAtLeast = Duration.ZERO;
        waitingToConnect = vertx.setTimer(Math.max(1, wait.toMillis()), _ -> connect());
    }

    private void received(URI uri, Line from, byte[] message) {
        lastHeardNanos = System.nanoTime();
        Frame frame;
        try {
            frame = FrameCodec.decode(message);
        } catch (WireFormatException e) {
            if (e.problem() == WireFormatException.Problem.UNKNOWN_KIND) {
                passOver(uri);
                return;
            }
            LOG.warn("the aggregator {} sent something that is no frame ({}): closing the link", uri, e.getMessage());
            from.close();
            lineEnded(from, "what came was no frame");
            return;
        }
        switch (frame) {
            case Frame.Config settings -> {
                accept(uri, from);
                listener.configured(settings);
            }
            case Frame.Ack ack -> batches.acknowledged(ack.boot(), ack.sequence());
            case Frame.Credit given -> batches.credit(given.batches());
            case Frame.Settings settings -> listener.settings(settings);
            case Frame.DialBackAnswer answer -> listener.dialBack(answer);
            case Frame.Ping ping -> send(from, new Frame.Pong(ping.token(), clock.instant()));
            case Frame.Refusal refusal -> {
                LOG.error("the aggregator {} refuses this agent: {}", uri, refusal.message());
                waitAtLeast = REFUSED_WAIT;
                refusedHere = true;
                watch.refused(uri, refusal.message());
                listener.refused(refusal);
                from.refused();
            }
            case Frame.Pong(long token, Instant aggregators) -> clockFilter.pong(token, aggregators);
            case Frame.Goodbye _ -> {
                // A sign of life, noted above.
            }
            case Frame.Hello _,Frame.Batch _,Frame.Live _,Frame.SettingsReply _,Frame.DialBack _ ->
                LOG.warn("the aggregator {} sent a frame that only agents send: ignored", uri);
        }
    }

    private void accept(URI uri, Line from) {
        backOff.afterSuccess();
        if (!accepted) {
            accepted = true;
            entered(uri, from);
        }
        sendLive();
    }

    private void entered(URI uri, Line from) {
        watch.linked(uri, from.mode(), road(uri).reason());
        if (from.mode() == LinkMode.POST) {
            LOG.info("linked to the aggregator {} by POST, for {}; a WebSocket is tried every {} s", uri,
                    road(uri).reason(), socketTrial.toSeconds());
            tryASocketLater(from);
        } else if (announcedTrouble) {
            LOG.info("linked to the aggregator {} again, {} rounds waiting", uri, spool.balance().waiting().rows());
        }
        announcedTrouble = false;
        askForTime(from);
    }

    private void askForTime(Line at) {
        pingsSent++;
        pingedNanos = System.nanoTime();
        send(at, new Frame.Ping(clockFilter.ping(), clock.instant()));
    }

    /** A newer aggregator says more than we understand; the rest of what it says is as good as ever. */
    private void passOver(URI uri) {
        if (unknownFrames.getAndIncrement() == 0) {
            LOG.info("the aggregator {} sends frames of a kind that this agent does not know; they are passed over and "
                    + "counted: update the agent to use them", uri);
        }
    }

    /** Frames of a kind that only newer versions know, passed over. Any thread. */
    public long unknownFrames() {
        return unknownFrames.get();
    }

    private void sendLive() {
        Line to = line;
        if (!accepted || to == null || to.isFullForLive()) {
            return;
        }
        for (ProbeKind kind : ProbeKind.values()) {
            LiveRow row = newestLive.remove(kind);
            if (row != null) {
                send(to, new Frame.Live(row, newEndpointsOf(row), verdict.get()));
            }
        }
    }

    /** Those of the row's endpoints that this line has not named yet: an aggregator remembers them, and naming all in each row is most of its bytes. */
    private List<MeshNode> newEndpointsOf(LiveRow row) {
        List<MeshNode> unnamed = endpoints.stream().filter(endpoint -> !endpoint.equals(named.get(endpoint.id())))
                .toList();
        if (unnamed.isEmpty()) {
            return unnamed;
        }
        Set<NodeId> inRow = new HashSet<>();
        row.cells().forEach(cell -> inRow.add(cell.latest().destination()));
        List<MeshNode> told = unnamed.stream().filter(endpoint -> inRow.contains(endpoint.id())).toList();
        told.forEach(endpoint -> named.put(endpoint.id(), endpoint));
        return told;
    }

    /** What waits may not follow what went before on one link: a part of the spool was lost, or too many of its runs are in it. */
    private void startAnew() {
        Line last = line;
        line = null;
        batches.closed();
        if (last != null) {
            LOG.info("connecting anew: the batches that wait do not follow those before them");
            last.close();
        }
        vertx.setTimer(1, _ -> connect());
    }

    private static void send(Line to, Frame frame) {
        to.send(FrameCodec.encode(frame));
    }

    private void watch() {
        Line watched = line;
        if (watched == null) {
            return;
        }
        long now = System.nanoTime();
        if (now - lastHeardNanos > SILENCE_LIMIT.toNanos()) {
            LOG.warn("the aggregator has been silent for {} s: giving up this link", SILENCE_LIMIT.toSeconds());
            watched.close();
            lineEnded(watched, "silent");
        } else if (accepted && (pingsSent < FIRST_PINGS || now - pingedNanos >= PING_INTERVAL.toNanos())) {
            askForTime(watched);
        }
    }

    /** Sends what can be sent at once, says goodbye and closes; bounded in time. */
    @Override
    public void close() {
        var done = new java.util.concurrent.CompletableFuture<@Nullable Void>();
        context.runOnContext(_ -> {
            closing = true;
            Line last = line;
            line = null;
            if (last == null) {
                done.complete(null);
                return;
            }
            batches.last(() -> {
                send(last, new Frame.Goodbye("stopped"));
                last.leave().onComplete(_ -> done.complete(null));
            });
        });
        try {
            done.get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.info("closed the link without the aggregator's answer");
        }
    }
}
