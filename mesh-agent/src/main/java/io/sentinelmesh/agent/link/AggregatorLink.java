package io.sentinelmesh.agent.link;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.LiveRow;
import io.sentinelmesh.measurement.MeshNode;
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
 * the credit given. State belongs to one event loop; {@link #live} and {@link #roundsWaiting} may be called from any thread.
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
    /** Batches under way are beyond the buffer's bound on results: 8 of them add at most 6 MB to it. */
    private static final int MAX_CREDIT = 8;

    private final Vertx vertx;
    private final Context context;
    private final WebSocketClient client;
    private final AgentConfig config;
    private final Supplier<Frame.Hello> hello;
    private final Supplier<HealthVerdict> verdict;
    private final RoundBuffer buffer;
    private final LinkListener listener;
    private final InstantSource clock;
    private final AtomicReference<@Nullable LiveRow> newestLive = new AtomicReference<>();
    private final LinkSecurity security;

    // What follows belongs to the event loop of the context.
    private final BackOff backOff = new BackOff(() -> ThreadLocalRandom.current().nextDouble());
    private @Nullable WebSocket socket;
    private int aggregatorAt;
    private boolean accepted;
    private int credit;
    private long lastHeardNanos;
    private boolean closing;
    private boolean announcedTrouble;
    private Duration waitAtLeast = Duration.ZERO;

    /**
     * @param hello made anew for each connection
     * @param verdict goes with each live row
     */
    public AggregatorLink(Vertx vertx, AgentConfig config, Supplier<Frame.Hello> hello,
            Supplier<HealthVerdict> verdict, RoundBuffer buffer, LinkListener listener, InstantSource clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.config = config;
        this.hello = hello;
        this.verdict = verdict;
        this.buffer = buffer;
        this.listener = listener;
        this.clock = clock;
        this.security = new LinkSecurity(config);
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

    /** The newest live row; one that was not sent yet is replaced, never queued. */
    public void live(LiveRow row) {
        newestLive.set(row);
        context.runOnContext(_ -> sendLive());
    }

    /** The buffer has something new. */
    public void roundsWaiting() {
        context.runOnContext(_ -> sendBatches());
    }

    private void connect() {
        if (closing) {
            return;
        }
        URI uri = config.aggregators().get(aggregatorAt % config.aggregators().size());
        boolean tls = "wss".equals(uri.getScheme());
        int port = uri.getPort() != -1 ? uri.getPort() : AgentConfig.DEFAULT_AGGREGATOR_PORT;
        WebSocketConnectOptions options = new WebSocketConnectOptions().setHost(uri.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(PATH)
                .setConnectTimeout(5_000)
                .setTimeout(10_000);
        try {
            security.token().ifPresent(token -> options.addHeader("Authorization", "Bearer " + token));
            client.connect(options)
                    .onSuccess(connected -> opened(uri, connected))
                    .onFailure(cause -> failed(uri, cause.getMessage()));
        } catch (RuntimeException e) {
            // A token file that cannot be used, a token that is no header: people can repair both, so it is tried again.
            failed(uri, e.getMessage());
        }
    }

    private void opened(URI uri, WebSocket opened) {
        if (closing) {
            opened.close();
            return;
        }
        socket = opened;
        accepted = false;
        credit = 0;
        lastHeardNanos = System.nanoTime();
        opened.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        opened.drainHandler(_ -> sendBatches());
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
        listener.unlinked();
        aggregatorAt++;
        Duration wait = backOff.afterFailure();
        if (wait.compareTo(waitAtLeast) < 0) {
            wait = waitAtLeast;
        }
        waitAtLeast = Duration.ZERO;
        vertx.setTimer(Math.max(1, wait.toMillis()), _ -> connect());
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
                sendLive();
                if (announcedTrouble) {
                    LOG.info("linked to the aggregator {} again, {} rounds waiting", uri, buffer.balance().waiting());
                    announcedTrouble = false;
                }
                listener.configured(settings);
            }
            case Frame.Ack ack -> {
                buffer.acknowledge(ack.boot(), ack.sequence());
                if (credit > 0) {
                    sendBatches();
                }
            }
            case Frame.Credit given -> {
                boolean first = credit == 0;
                credit = Math.min(given.batches(), MAX_CREDIT);
                if (first) {
                    // What the last connection left unacknowledged goes again, in its old order, before anything new.
                    List<Frame.Batch> again = buffer.unacknowledged();
                    again.forEach(batch -> send(from, batch));
                }
                sendBatches();
            }
            case Frame.Ping ping -> send(from, new Frame.Pong(ping.token(), clock.instant()));
            case Frame.Refusal refusal -> {
                LOG.error("the aggregator {} refuses this agent: {}", uri, refusal.message());
                waitAtLeast = REFUSED_WAIT;
                listener.refused(refusal);
            }
            case Frame.Pong _,Frame.Goodbye _ -> {
                // Signs of life, noted above.
            }
            case Frame.Hello _,Frame.Batch _,Frame.Live _ ->
                LOG.warn("the aggregator {} sent a frame that only agents send: ignored", uri);
        }
    }

    private void sendLive() {
        if (!accepted || socket == null || socket.writeQueueFull()) {
            return;
        }
        LiveRow row = newestLive.getAndSet(null);
        if (row != null) {
            send(socket, new Frame.Live(row, endpointsOf(row), verdict.get()));
        }
    }

    private List<MeshNode> endpointsOf(LiveRow row) {
        return config.endpoints()
                .stream()
                .filter(endpoint -> row.cells()
                        .stream()
                        .anyMatch(cell -> cell.latest().destination().equals(endpoint.id())))
                .toList();
    }

    private void sendBatches() {
        while (credit > 0 && socket != null && !socket.writeQueueFull()) {
            var batch = buffer.next(credit, clock.instant());
            if (batch.isEmpty()) {
                return;
            }
            send(socket, batch.get());
        }
    }

    private static void send(WebSocket to, Frame frame) {
        if (to.isClosed()) {
            // Its close handler is about to run; batches stay in the buffer and go over the next link.
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
            buffer.next(Math.max(1, credit), clock.instant()).ifPresent(batch -> send(last, batch));
            send(last, new Frame.Goodbye("stopped"));
            last.close().onComplete(_ -> done.complete(null));
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
