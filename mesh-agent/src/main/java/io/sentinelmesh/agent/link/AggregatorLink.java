package io.sentinelmesh.agent.link;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.measurement.ProbeKind;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;

/**
 * Keeps one WebSocket to one of the aggregators open, for ever: HELLO first, then live rows as they come and batches in strict order within
 * the credit given. State belongs to one event loop; {@link #live} may be called from any thread.
 */
public final class AggregatorLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AggregatorLink.class);

    static final String PATH = "/api/v1/link";
    /** The aggregator pings every second; this long without a word and the connection is dead, whatever TCP thinks. */
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);
    /** After a refusal only people can help; asking more often than this would flood both logs. */
    static final Duration REFUSED_WAIT = Duration.ofSeconds(15);
    /** Live rows are left out, never queued, while this much waits in the socket. */
    private static final int WRITE_QUEUE_BYTES = 256 * 1024;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final int MOST_CAUSES = 10;
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
    private volatile List<MeshNode> endpoints;
    private final LinkSecurity security;
    private final BatchLane batches;
    private final LinkWatch watch;

    // What follows belongs to the event loop of the context.
    private long waitingToConnect = NOT_WAITING;
    private final BackOff backOff = new BackOff(() -> ThreadLocalRandom.current().nextDouble());
    private @Nullable WebSocket socket;
    private int aggregatorAt;
    private boolean accepted;
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
        this.client = vertx.createWebSocketClient(security.clientOptions().setMaxFrameSize(FrameCodec.MAX_FRAME_BYTES)
                .setMaxMessageSize(FrameCodec.MAX_FRAME_BYTES)
                .setTryUsePerMessageCompression(false));
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
        context.runOnContext(_ -> {
            if (accepted && socket != null) {
                send(socket, reply);
            }
        });
    }

    /** How the link is. Any thread. */
    public LinkStatus status() {
        return watch.status();
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

    private void connect() {
        waitingToConnect = NOT_WAITING;
        if (closing) {
            return;
        }
        URI uri = config.aggregators().get(aggregatorAt % config.aggregators().size());
        WebSocketConnectOptions options = new WebSocketConnectOptions().setHost(uri.getHost())
                .setPort(AgentConfig.port(uri))
                .setSsl(AgentConfig.isDoor(uri))
                .setURI(PATH)
                .setConnectTimeout(5_000)
                .setTimeout(10_000);
        try {
            security.bearerToken().ifPresent(token -> options.addHeader("Authorization", "Bearer " + token));
            client.connect(options)
                    .onSuccess(connected -> opened(uri, connected))
                    .onFailure(cause -> failed(uri, reason(cause)));
        } catch (RuntimeException e) {
            // A token file that cannot be used: people can repair it, so it is tried again.
            failed(uri, reason(e));
        }
    }

    private void opened(URI uri, WebSocket opened) {
        if (closing) {
            opened.close();
            return;
        }
        socket = opened;
        accepted = false;
        batches.opened(opened);
        lastHeardNanos = System.nanoTime();
        opened.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        opened.drainHandler(_ -> batches.pull());
        opened.exceptionHandler(e -> LOG.debug("link to {}: {}", uri, String.valueOf(e.getMessage())));
        opened.binaryMessageHandler(message -> received(uri, opened, message));
        opened.closeHandler(_ -> {
            if (opened.equals(socket)) {
                socket = null;
                failed(uri, "the connection was closed");
            }
        });
        send(opened, hello.get());
    }

    private void failed(URI uri, @Nullable String why) {
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
        aggregatorAt++;
        Duration wait = backOff.afterFailure();
        if (wait.compareTo(waitAtLeast) < 0) {
            wait = waitAtLeast;
        }
        waitAtLeast = Duration.ZERO;
        waitingToConnect = vertx.setTimer(Math.max(1, wait.toMillis()), _ -> connect());
    }

    /** The innermost: "handshake failed" says less than why it did. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; innermost.getCause() != null && depth < MOST_CAUSES; depth++) {
            innermost = innermost.getCause();
        }
        if (innermost instanceof IllegalArgumentException) {
            // Netty puts a header's value into its message.
            return "the token in the token file is not one line of printable characters";
        }
        String words = Objects.requireNonNullElse(innermost.getMessage(), innermost.getClass().getSimpleName());
        return words.contains("fatal alert") && words.contains("certificate")
                ? "it refuses this agent's certificate, which may be revoked or of another mesh: " + words
                : words;
    }

    private void received(URI uri, WebSocket from, Buffer message) {
        lastHeardNanos = System.nanoTime();
        Frame frame;
        try {
            frame = FrameCodec.decode(message.getBytes());
        } catch (WireFormatException e) {
            LOG.warn("the aggregator {} sent something that is no frame ({}): closing the link", uri, e.getMessage());
            from.close();
            return;
        }
        switch (frame) {
            case Frame.Config settings -> {
                backOff.afterSuccess();
                accepted = true;
                watch.linked(uri);
                sendLive();
                if (announcedTrouble) {
                    LOG.info("linked to the aggregator {} again, {} rounds waiting", uri,
                            spool.balance().waiting().rows());
                    announcedTrouble = false;
                }
                listener.configured(settings);
            }
            case Frame.Ack ack -> batches.acknowledged(ack.boot(), ack.sequence());
            case Frame.Credit given -> batches.credit(given.batches());
            case Frame.Settings settings -> listener.settings(settings);
            case Frame.Ping ping -> send(from, new Frame.Pong(ping.token(), clock.instant()));
            case Frame.Refusal refusal -> {
                LOG.error("the aggregator {} refuses this agent: {}", uri, refusal.message());
                waitAtLeast = REFUSED_WAIT;
                watch.refused(uri, refusal.message());
                listener.refused(refusal);
            }
            case Frame.Pong _,Frame.Goodbye _ -> {
                // Signs of life, noted above.
            }
            case Frame.Hello _,Frame.Batch _,Frame.Live _,Frame.SettingsReply _ ->
                LOG.warn("the aggregator {} sent a frame that only agents send: ignored", uri);
        }
    }

    private void sendLive() {
        if (!accepted || socket == null || socket.writeQueueFull()) {
            return;
        }
        for (ProbeKind kind : ProbeKind.values()) {
            LiveRow row = newestLive.remove(kind);
            if (row != null) {
                send(socket, new Frame.Live(row, endpointsOf(row), verdict.get()));
            }
        }
    }

    private List<MeshNode> endpointsOf(LiveRow row) {
        Set<NodeId> named = new HashSet<>();
        row.cells().forEach(cell -> named.add(cell.latest().destination()));
        return endpoints.stream().filter(endpoint -> named.contains(endpoint.id())).toList();
    }

    /** What waits may not follow what went before on one link: a part of the spool was lost, or too many of its runs are in it. */
    private void startAnew() {
        WebSocket last = socket;
        socket = null;
        batches.closed();
        if (last != null) {
            LOG.info("connecting anew: the batches that wait do not follow those before them");
            last.close();
        }
        vertx.setTimer(1, _ -> connect());
    }

    private static void send(WebSocket to, Frame frame) {
        if (to.isClosed()) {
            // Its close handler is about to run; batches stay in the spool and go over the next link.
            return;
        }
        to.writeBinaryMessage(Buffer.buffer(FrameCodec.encode(frame)));
    }

    private void watch() {
        WebSocket watched = socket;
        if (watched != null && System.nanoTime() - lastHeardNanos > SILENCE_LIMIT.toNanos()) {
            LOG.warn("the aggregator has been silent for {} s: giving up this link", SILENCE_LIMIT.toSeconds());
            socket = null;
            watched.close();
            failed(config.aggregators().get(aggregatorAt % config.aggregators().size()), "silent");
        }
    }

    /** Sends what can be sent at once, says goodbye and closes; bounded in time. */
    @Override
    public void close() {
        var done = new java.util.concurrent.CompletableFuture<@Nullable Void>();
        context.runOnContext(_ -> {
            closing = true;
            WebSocket last = socket;
            socket = null;
            if (last == null) {
                done.complete(null);
                return;
            }
            batches.last(() -> {
                send(last, new Frame.Goodbye("stopped"));
                last.close().onComplete(_ -> done.complete(null));
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
