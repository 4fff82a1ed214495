package io.sentinelmesh.aggregator.link;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingest.IngestGate;
import io.sentinelmesh.aggregator.live.MeshThread;
import io.sentinelmesh.aggregator.reach.DialBacks;
import io.sentinelmesh.aggregator.reach.NatRule;
import io.sentinelmesh.aggregator.socket.PeerSocket;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.FormatRange;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.sentinelmesh.wire.WireFormatException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;

/**
 * One agent's link, by WebSocket or exchange. Reads on the carrier's own event loop, where frames are decoded and refused if they make no sense; what they say is
 * handed to the mesh thread in the order it came. {@link #send} and {@link #close} may be called by any thread.
 */
final class AgentLink {

    /** From the upgrade to HELLO. */
    static final Duration HELLO_WITHIN = Duration.ofSeconds(5);

    /** Answers wait here for an agent that does not read: one full CONFIG of a large mesh and then some. */
    static final int MOST_UNSENT_BYTES = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(AgentLink.class);

    private enum Phase {
        AWAITING_HELLO, ENTERING, OPEN, CLOSED
    }

    private final Vertx vertx;
    private final Carrier carrier;
    private final Entrance entrance;
    private final AgentLinks links;
    private final MeshThread mesh;
    private final LinkMetrics metrics;
    private final Admission admission;
    private final Optional<NodeId> certified;
    private final Optional<InetAddress> seen;
    private final DialBacks dialBacks;
    private final OnTheWay onTheWay;
    private final LongSupplier nanoTime;
    private final long helloTimer;
    private final NewestLive newestLive = new NewestLive();
    final IngestGate.LinkOrder order = new IngestGate.LinkOrder();

    private Phase phase = Phase.AWAITING_HELLO;
    private Optional<Frame.Hello> hello = Optional.empty();
    private boolean toldUnknownKind;
    private volatile long heardNanos;
    private volatile boolean refused;

    AgentLink(Carrier carrier, Optional<NodeId> certified, Surroundings around) {
        this.vertx = around.vertx;
        this.carrier = carrier;
        this.certified = certified;
        this.seen = carrier.peer();
        this.dialBacks = around.dialBacks;
        this.entrance = around.entrance;
        this.links = around.links;
        this.mesh = around.mesh;
        this.metrics = around.metrics;
        this.admission = around.admission;
        this.onTheWay = around.onTheWay;
        this.nanoTime = around.nanoTime;
        this.heardNanos = nanoTime.getAsLong();
        this.helloTimer = vertx.setTimer(HELLO_WITHIN.toMillis(), _ -> onHelloTimeout());
    }

    /** It gave a sign of life that is no frame. */
    void heard() {
        heardNanos = nanoTime.getAsLong();
        if (phase == Phase.OPEN) {
            hello.ifPresent(known -> mesh.execute(() -> links.heard(this, known.agent().id())));
        }
    }

    /** What every link shares. */
    record Surroundings(Vertx vertx, Entrance entrance, AgentLinks links, MeshThread mesh, LinkMetrics metrics,
            Admission admission, DialBacks dialBacks, OnTheWay onTheWay, LongSupplier nanoTime) {
    }

    /**
     * Called on the socket's event loop, before it can have read anything.
     *
     * @param certified whom the connection's certificate names; empty if there is none
     * @param ended is run when the socket has ended
     */
    static void attach(ServerWebSocket socket, Optional<NodeId> certified, Surroundings around, Runnable ended) {
        AgentLink link = new AgentLink(new SocketCarrier(socket), certified, around);
        socket.binaryMessageHandler(message -> link.received(message.getBytes()));
        socket.textMessageHandler(
                _ -> link.refuse(Frame.Refusal.Code.MALFORMED, "frames are binary messages, not text"));
        socket.exceptionHandler(failure -> log.debug("Link of {} failed", link, failure));
        socket.closeHandler(_ -> {
            ended.run();
            link.onClosed();
        });
    }

    private void onHelloTimeout() {
        if (phase == Phase.AWAITING_HELLO) {
            refuse(Frame.Refusal.Code.NOT_AUTHENTICATED, "no HELLO within " + HELLO_WITHIN.toSeconds() + " s");
        }
    }

    /** A frame, not yet decoded. */
    void received(byte[] message) {
        heardNanos = nanoTime.getAsLong();
        if (refused || phase == Phase.CLOSED) {
            return;
        }
        if (message.length > FrameCodec.MAX_FRAME_BYTES) {
            metrics.tooLarge.increment();
            refuse(Frame.Refusal.Code.MALFORMED, "a message of " + message.length + " bytes, at most "
                    + FrameCodec.MAX_FRAME_BYTES + " are taken: put fewer rounds into a batch");
            return;
        }
        Frame frame;
        try {
            frame = FrameCodec.decode(message);
        } catch (WireFormatException refused) {
            notTaken(refused);
            return;
        }
        metrics.received(frame);
        if (hello.isEmpty()) {
            if (frame instanceof Frame.Hello first) {
                enter(judged(first));
            } else {
                refuse(Frame.Refusal.Code.MALFORMED, "the first frame of a link is HELLO");
            }
        } else {
            NodeId agent = hello.get().agent().id();
            // With each message: whoever is revoked is not heard any more, however busy the thread is that closes its link.
            admission.objection(agent).ifPresentOrElse(
                    words -> refuse(Frame.Refusal.Code.NOT_AUTHENTICATED, words), () -> onFrame(frame, agent, message));
        }
    }

    private void notTaken(WireFormatException reason) {
        switch (reason.problem()) {
            case UNKNOWN_KIND -> passOver(reason);
            case UNSUPPORTED_VERSION -> undecodable(Frame.Refusal.Code.UNSUPPORTED_VERSION, reason);
            case TOO_LARGE, TRUNCATED, NOT_A_FRAME, INVALID_CONTENT ->
                undecodable(Frame.Refusal.Code.MALFORMED, reason);
        }
    }

    private void undecodable(Frame.Refusal.Code code, WireFormatException reason) {
        metrics.undecodable.increment();
        refuse(code, String.valueOf(reason.getMessage()));
    }

    /** A newer agent says more than we understand; the rest of what it says is as good as ever. */
    private void passOver(WireFormatException unknown) {
        metrics.unknownKind.increment();
        if (!toldUnknownKind) {
            toldUnknownKind = true;
            log.info("{} sends frames of a kind that this aggregator does not know; they are passed over and counted "
                    + "({}): update the aggregator", this, unknown.getMessage());
        }
    }

    /** Where its link comes from tells more than it knows itself. */
    private Frame.Hello judged(Frame.Hello first) {
        List<String> local = first.membership().map(Frame.Membership::localAddresses).orElse(List.of());
        return first.with(NatRule.judge(first.agent(), local, seen));
    }

    private void enter(Frame.Hello first) {
        FormatRange theirs = first.formats();
        if (theirs.agreed(FrameCodec.FORMATS).isEmpty()) {
            refuse(Frame.Refusal.Code.UNSUPPORTED_VERSION, "this aggregator speaks frame format " + FrameCodec.FORMATS
                    + ", the agent " + theirs + ": update the "
                    + (theirs.isBefore(FrameCodec.FORMATS) ? "agent" : "aggregator"));
            return;
        }
        if (first.agent().role() != MeshNode.Role.AGENT) {
            refuse(Frame.Refusal.Code.MALFORMED, "only an agent says HELLO, not an endpoint");
            return;
        }
        NodeId agent = first.agent().id();
        if (certified.filter(id -> !id.equals(agent)).isPresent()) {
            refuse(Frame.Refusal.Code.NOT_AUTHENTICATED, "the certificate of this connection is agent "
                    + certified.get() + "'s, and HELLO says " + agent
                    + ": an agent speaks for itself only. If its data "
                    + "folder was copied or changed, join again");
            return;
        }
        Optional<String> objection = admission.objection(agent);
        if (objection.isPresent()) {
            refuse(Frame.Refusal.Code.NOT_AUTHENTICATED, objection.get());
            return;
        }
        vertx.cancelTimer(helloTimer);
        hello = Optional.of(first);
        phase = Phase.ENTERING;
        // Nothing of it is read while the database is asked, so what comes next keeps its order without a queue of ours.
        carrier.pause();
        entrance.enter(first).onComplete(asked -> onEntered(first,
                asked.succeeded() ? asked.result() : new Entrance.Outcome.Unavailable(asked.cause().toString())));
    }

    private void onEntered(Frame.Hello first, Entrance.Outcome outcome) {
        if (phase != Phase.ENTERING) {
            return;
        }
        switch (outcome) {
            case Entrance.Outcome.Entered(var lastSequence) -> {
                phase = Phase.OPEN;
                mesh.execute(() -> links.open(this, first, lastSequence));
                heardNanos = nanoTime.getAsLong();
                carrier.resume();
            }
            case Entrance.Outcome.NameTaken(String message) -> refuse(Frame.Refusal.Code.NAME_TAKEN, message);
            case Entrance.Outcome.Unavailable(String message) -> refuse(Frame.Refusal.Code.OVERLOADED, message);
        }
    }

    private void onFrame(Frame frame, NodeId agent, byte[] message) {
        switch (frame) {
            case Frame.Batch batch when !batch.agent().equals(agent) ->
                refuse(Frame.Refusal.Code.MALFORMED, "a batch of agent " + batch.agent() + " on the link of " + agent);
            case Frame.Batch batch when batch.rows().stream().anyMatch(row -> !row.source().equals(agent)) ->
                refuse(Frame.Refusal.Code.MALFORMED, "a batch of agent " + agent + " holds rows of another");
            case Frame.Batch batch -> {
                carrier.awaits(batch.boot(), batch.sequence());
                handOver(batch, message);
            }
            case Frame.Live live when !live.row().source().equals(agent) ->
                refuse(Frame.Refusal.Code.MALFORMED, "a row of " + live.row().source() + " on the link of " + agent);
            case Frame.Live live -> {
                if (newestLive.put(live)) {
                    mesh.execute(() -> newestLive.take(live.row().kind())
                            .ifPresent(newest -> links.live(this, agent, newest)));
                }
            }
            case Frame.Ping(long token, _) -> {
                send(new Frame.Pong(token, entrance.now()));
                mesh.execute(() -> links.heard(this, agent));
            }
            case Frame.Pong _ -> mesh.execute(() -> links.heard(this, agent));
            case Frame.Goodbye(String reason) -> {
                mesh.execute(() -> links.goodbye(this, agent, reason));
                close("goodbye");
            }
            case Frame.Hello _ -> refuse(Frame.Refusal.Code.MALFORMED, "a second HELLO on one link");
            case Frame.SettingsReply reply -> mesh.execute(() -> links.settingsReply(this, agent, reply));
            case Frame.DialBack told -> {
                mesh.execute(() -> links.membership(this, agent, told.membership()));
                told.question().ifPresent(this::dialBack);
            }
            case Frame.Config _,Frame.Ack _,Frame.Credit _,Frame.Refusal _,Frame.Settings _,Frame.DialBackAnswer _ ->
                refuse(Frame.Refusal.Code.MALFORMED, "only the aggregator sends this kind of frame");
        }
    }

    private void handOver(Frame.Batch batch, byte[] message) {
        int results = BatchQueue.weight(batch);
        if (onTheWay.takes(results)) {
            mesh.execute(() -> {
                onTheWay.arrived(results);
                links.batch(this, batch, message);
            });
        } else {
            mesh.execute(() -> {
                if (FrameCodec.decode(message) instanceof Frame.Batch again) {
                    links.batch(this, again, message);
                }
            });
        }
    }

    /** Says that it may be asked, and where the agent's link comes from; only to one that tells of its membership, for others know no such frame. */
    void offerDialBack() {
        send(new Frame.DialBackAnswer(0, Frame.DialBackAnswer.Outcome.NOT_TRIED, "",
                seen.map(InetAddress::getHostAddress).orElse("")));
    }

    private void dialBack(Frame.DialBack.Question question) {
        MeshNode agent = hello.orElseThrow().agent();
        dialBacks.ask(new DialBacks.Asker(agent, certified.isPresent(), seen), question, answer -> {
            send(answer);
            boolean itsOwn = NatRule.literal(question.address()).filter(at -> DialBacks.names(agent, at)).isPresent();
            if (itsOwn && answer.outcome() == Frame.DialBackAnswer.Outcome.REACHED) {
                mesh.execute(() -> links.reached(this, agent));
            }
        });
    }

    void send(Frame frame) {
        send(Buffer.buffer(FrameCodec.encode(frame)));
        if (frame instanceof Frame.Ack(UUID boot, long sequence)) {
            carrier.acknowledged(boot, sequence);
        }
    }

    /** @param encoded may be shared with other links */
    void send(Buffer encoded) {
        carrier.send(encoded);
    }

    /** Whether more waits to be sent than a link may hold: its agent does not read. */
    boolean congested() {
        return carrier.congested();
    }

    /** Whether a certificate vouches for its agent. */
    boolean certified() {
        return certified.isPresent();
    }

    /** When any frame last came, by {@link System#nanoTime}. */
    long heardNanos() {
        return heardNanos;
    }

    /** Takes nothing more: what comes behind a refused frame must not be acknowledged in its stead. */
    void refuse(Frame.Refusal.Code code, String message) {
        refused = true;
        metrics.refused(code);
        log.warn("Link of {} refused, {}: {}", this, code, message);
        send(new Frame.Refusal(code, message));
        carrier.close(PeerSocket.POLICY_VIOLATION, code.name());
    }

    void close(String reason) {
        carrier.close(PeerSocket.NORMAL, reason);
    }

    void onClosed() {
        vertx.cancelTimer(helloTimer);
        boolean wasOpen = phase == Phase.OPEN;
        phase = Phase.CLOSED;
        hello.filter(_ -> wasOpen).ifPresent(known -> mesh.execute(() -> links.closed(this, known.agent().id())));
    }

    @Override
    public String toString() {
        return hello.map(known -> known.agent().name() + " (" + carrier + ")").orElseGet(carrier::toString);
    }
}
