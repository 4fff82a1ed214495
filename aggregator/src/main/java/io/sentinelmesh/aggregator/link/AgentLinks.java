package io.sentinelmesh.aggregator.link;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingest.Credits;
import io.sentinelmesh.aggregator.ingest.IngestGate;
import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.matrix.StateRules;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.buffer.Buffer;

/** The open links, one per agent, and what is told to them. Every method is called by the mesh thread. */
public final class AgentLinks {

    public static final Duration ROUND_LENGTH = Duration.ofSeconds(10);
    public static final int PACKETS_PER_ROUND = 10;

    private static final Logger log = LoggerFactory.getLogger(AgentLinks.class);

    private record Member(AgentLink link, Frame.Hello hello) {
    }

    private final LiveMesh mesh;
    private final IngestGate gate;
    private final BatchQueue queue;
    private final Credits credits;
    private final LinkMetrics metrics;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<NodeId, Member> members = new HashMap<>();
    private long toldPeers;
    private long configVersion;
    private long pingToken;
    private boolean draining;
    private volatile int count;

    AgentLinks(LiveMesh mesh, IngestGate gate, BatchQueue queue, Credits credits, LinkMetrics metrics, Clock clock,
            LongSupplier nanoTime) {
        this.mesh = mesh;
        this.gate = gate;
        this.queue = queue;
        this.credits = credits;
        this.metrics = metrics;
        this.clock = clock;
        this.nanoTime = nanoTime;
        // Versions must grow across restarts of the aggregator too, and nothing is stored for it: the clock does.
        this.configVersion = clock.millis();
    }

    void open(AgentLink link, Frame.Hello hello, OptionalLong lastSequence) {
        NodeId agent = hello.agent().id();
        if (!mesh.arrive(hello)) {
            link.refuse(Frame.Refusal.Code.OVERLOADED, "this aggregator's table of nodes is full");
            return;
        }
        // Agents may have come and gone since a batch last made anyone look.
        adjustCredits();
        Member before = members.put(agent, new Member(link, hello));
        count = members.size();
        if (before != null) {
            replace(before, hello);
        }
        lastSequence.ifPresent(sequence -> gate.stored(agent, hello.boot(), sequence));
        log.info("Agent {} of site {} is here, {}, version {}", hello.agent().name(), hello.agent().site(),
                hello.rung(),
                hello.softwareVersion());
        // If its coming changed the list, all get that with the next tick: a thousand agents that come at once are one change.
        link.send(config());
        link.send(new Frame.Ack(hello.boot(), gate.committedThrough(agent, hello.boot())));
        link.send(new Frame.Credit(draining ? 0 : credits.current()));
    }

    private static void replace(Member before, Frame.Hello hello) {
        if (before.hello.boot().equals(hello.boot())) {
            log.info("Agent {} connected again", hello.agent().name());
        } else {
            log.warn("Agent {} connected as a new process; its older link is closed. If this repeats, two agents "
                    + "share one data folder or a copy of it: remove the copy's.", hello.agent().name());
        }
        before.link.close("replaced by a newer link");
    }

    private boolean current(AgentLink link, NodeId agent) {
        Member member = members.get(agent);
        return member != null && member.link == link;
    }

    void heard(AgentLink link, NodeId agent) {
        if (current(link, agent)) {
            mesh.heard(agent);
        }
    }

    void live(AgentLink link, NodeId agent, Frame.Live live) {
        if (current(link, agent)) {
            mesh.heard(agent);
            mesh.report(live);
        }
    }

    void batch(AgentLink link, NodeId agent, ReceivedBatch batch, Frame.Batch told) {
        if (!current(link, agent) || draining) {
            return;
        }
        mesh.heard(agent);
        mesh.roundsDropped(agent, told.roundsDropped());
        mesh.reportSelf(told);
        mesh.enterEndpoints(batch.endpoints());
        switch (gate.offer(link.order, batch)) {
            case IngestGate.Verdict.Accepted _ -> adjustCredits();
            case IngestGate.Verdict.Repeated(OptionalLong acknowledge) -> {
                metrics.skippedBatches.increment();
                acknowledge.ifPresent(sequence -> link.send(new Frame.Ack(batch.boot(), sequence)));
            }
            case IngestGate.Verdict.OutOfOrder(long expected) -> refuse(link, agent, Frame.Refusal.Code.OUT_OF_ORDER,
                    "batch " + batch.sequence() + " came where " + expected + " was due");
            case IngestGate.Verdict.Overloaded(String reason) ->
                refuse(link, agent, Frame.Refusal.Code.OVERLOADED, reason);
        }
    }

    /** Not only when its close handler runs: frames behind the refused one may be on their way here already. */
    private void refuse(AgentLink link, NodeId agent, Frame.Refusal.Code code, String message) {
        members.remove(agent);
        count = members.size();
        link.refuse(code, message);
    }

    /** These are durable: their agents may forget them. */
    public void settled(List<ReceivedBatch> batches) {
        Map<NodeId, Map<java.util.UUID, Long>> acks = new HashMap<>();
        for (ReceivedBatch batch : batches) {
            gate.committed(batch);
            acks.computeIfAbsent(batch.agent(), _ -> new HashMap<>()).merge(batch.boot(), batch.sequence(), Math::max);
        }
        acks.forEach((agent, boots) -> {
            Member member = members.get(agent);
            if (member != null) {
                boots.forEach((boot, _) -> member.link
                        .send(new Frame.Ack(boot, gate.committedThrough(agent, boot))));
            }
        });
        adjustCredits();
    }

    private void adjustCredits() {
        if (credits.adjust(queue.fill()) && !draining) {
            log.info("Agents may now have {} batches under way", credits.current());
            broadcast(new Frame.Credit(credits.current()));
        }
    }

    void goodbye(AgentLink link, NodeId agent, String reason) {
        if (current(link, agent)) {
            log.info("Agent {} left: {}", link, reason);
            members.remove(agent);
            count = members.size();
            mesh.leave(agent);
        }
    }

    void closed(AgentLink link, NodeId agent) {
        if (current(link, agent)) {
            log.warn("The link of {} closed without a goodbye", link);
            members.remove(agent);
            count = members.size();
        }
    }

    /** Every tick: tells agents if the list of peers changed. */
    public void tellPeersIfChanged() {
        if (mesh.peersVersion() != toldPeers) {
            tellPeers();
        }
    }

    private void tellPeers() {
        toldPeers = mesh.peersVersion();
        configVersion = Math.max(configVersion + 1, clock.millis());
        broadcast(config());
    }

    private Frame.Config config() {
        return new Frame.Config(configVersion, ROUND_LENGTH, PACKETS_PER_ROUND, mesh.peers());
    }

    private void broadcast(Frame frame) {
        Buffer encoded = Buffer.buffer(FrameCodec.encode(frame));
        members.values().forEach(member -> member.link.send(encoded));
    }

    /** Every second: asks everyone for a sign of life, and closes the links that gave none or that do not read. */
    public void pingAll() {
        long now = nanoTime.getAsLong();
        for (Member member : List.copyOf(members.values())) {
            Duration silent = Duration.ofNanos(now - member.link.heardNanos());
            if (silent.compareTo(StateRules.LONGEST_SILENCE) > 0) {
                end(member, "silent for " + silent.toMillis() + " ms");
            } else if (member.link.congested()) {
                end(member, "does not read what is sent to it");
            }
        }
        broadcast(new Frame.Ping(++pingToken, clock.instant()));
    }

    private void end(Member member, String why) {
        log.warn("The link of {} is taken for lost: {}", member.link, why);
        members.remove(member.hello.agent().id());
        count = members.size();
        member.link.close(why);
    }

    /** Takes no more batches; what is queued is still acknowledged. */
    public void drain() {
        draining = true;
        broadcast(new Frame.Credit(0));
    }

    /** Agents with an open link. Any thread. */
    public int count() {
        return count;
    }
}
