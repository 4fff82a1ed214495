package io.sentinelmesh.aggregator.link;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.ingest.BatchQueue;
import io.sentinelmesh.aggregator.ingest.Clocks;
import io.sentinelmesh.aggregator.ingest.IngestGate;
import io.sentinelmesh.aggregator.live.LiveMesh;
import io.sentinelmesh.aggregator.matrix.StateRules;
import io.sentinelmesh.aggregator.settings.SettingsAnswers;
import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.db.ReceivedBatch;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.settings.Selector;
import io.sentinelmesh.settings.Settings;
import io.sentinelmesh.settings.SettingsDocument;
import io.sentinelmesh.settings.SettingsException;
import io.sentinelmesh.settings.SettingsKeys;
import io.sentinelmesh.wire.Frame;
import io.sentinelmesh.wire.FrameCodec;
import io.vertx.core.buffer.Buffer;

/** The open links, one per agent, and what is told to them. Every method is called by the mesh thread. */
public final class AgentLinks {

    private static final Logger log = LoggerFactory.getLogger(AgentLinks.class);

    private record Member(AgentLink link, Frame.Hello hello) {
    }

    private record Rounds(Duration length, int packets) {
    }

    private final LiveMesh mesh;
    private final IngestGate gate;
    private final BatchIntake intake;
    private final LinkMetrics metrics;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<NodeId, Member> members = new HashMap<>();
    private final PeersPace peersPace;
    private long toldPeers;
    private long configVersion;
    private long pingToken;
    private final Clocks clocks = new Clocks();
    private final SettingsAnswers settingsAnswers = new SettingsAnswers();
    private Optional<Frame.Settings> settings = Optional.empty();
    private Rounds rounds = new Rounds(SettingsKeys.ROUND_LENGTH.standard(), SettingsKeys.PACKETS_PER_ROUND.standard());
    /** Agents that are to be told the settings in force at the next look, whether these are new or not. */
    private final Set<NodeId> settingsDoubtful = new HashSet<>();
    private boolean draining;
    private volatile int count;

    AgentLinks(LiveMesh mesh, IngestGate gate, BatchQueue queue, LinkMetrics metrics, Clock clock,
            LongSupplier nanoTime) {
        this.mesh = mesh;
        this.gate = gate;
        this.intake = new BatchIntake(gate, queue, clocks, metrics, this::refuse);
        this.metrics = metrics;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.peersPace = new PeersPace(nanoTime.getAsLong());
        // Versions must grow across restarts of the aggregator too, and nothing is stored for it: the clock does.
        this.configVersion = clock.millis();
    }

    void open(AgentLink link, Frame.Hello hello, OptionalLong lastSequence) {
        NodeId agent = hello.agent().id();
        if (!mesh.arrive(hello)) {
            link.refuse(Frame.Refusal.Code.OVERLOADED, "this aggregator's table of nodes is full");
            return;
        }
        Member before = members.put(agent, new Member(link, hello));
        count = members.size();
        boolean returned = mesh.returned(hello);
        if (before != null) {
            replace(before, hello);
        }
        if (returned) {
            metrics.duplicates.increment();
            log.warn("Agent {} is there twice: two processes take turns under one identity. Two hosts have one data "
                    + "folder or a copy of it: remove the copy's, and let that host join for itself.",
                    hello.agent().name());
        }
        clocks.hello(agent, hello.sentAt(), clock.instant());
        lastSequence.ifPresent(sequence -> gate.stored(agent, hello.boot(), sequence));
        log.info("Agent {} of site {} is here, {}, version {}", hello.agent().name(), hello.agent().site(),
                hello.rung(),
                hello.softwareVersion());
        if (mesh.agent(agent).filter(known -> known.node().isBehindNat()).isPresent()) {
            log.info(
                    "Agent {} is behind NAT: its link comes from none of its addresses ({}), so it measures and is not "
                            + "measured. If others do reach it, tell it by which address: --advertise.",
                    link,
                    String.join(", ", hello.agent().addresses()));
        }
        // If its coming changed the list, all get that with the next tick: a thousand agents that come at once are one change.
        link.send(config());
        link.send(new Frame.Ack(hello.boot(), gate.committedThrough(agent, hello.boot())));
        intake.opened(link);
        greet(link, hello);
        if (hello.membership().isPresent()) {
            link.offerDialBack();
        }
    }

    /** Always, so that it says again what it pins and refuses: this process may have started since it did. */
    private void greet(AgentLink link, Frame.Hello hello) {
        NodeId agent = hello.agent().id();
        settingsAnswers.hello(agent, hello.settingsVersion());
        settingsDoubtful.remove(agent);
        if (hello.settingsVersion().isPresent()) {
            long its = hello.settingsVersion().getAsLong();
            if (settings.isPresent() && settings.get().version() >= its) {
                link.send(settings.get());
            } else {
                // Another aggregator told it newer ones: these wait until the database was looked at again.
                settingsDoubtful.add(agent);
            }
        }
    }

    /** After each look at the database: these are in force. */
    public void settings(Frame.Settings newest) {
        if (settings.filter(known -> known.version() > newest.version()).isPresent()) {
            return;
        }
        boolean changed = !settings.equals(Optional.of(newest));
        settings = Optional.of(newest);
        tellRounds(newest);
        if (!changed && settingsDoubtful.isEmpty()) {
            return;
        }
        Buffer encoded = Buffer.buffer(FrameCodec.encode(newest));
        members.forEach((agent, member) -> {
            if (member.hello.settingsVersion().isPresent() && (changed || settingsDoubtful.contains(agent))) {
                member.link.send(encoded);
            }
        });
        settingsDoubtful.clear();
    }

    /** Agents that know no settings learn from CONFIG how long a round is. */
    private void tellRounds(Frame.Settings newest) {
        Rounds wanted;
        try {
            // Overrides are for agents that know settings.
            Settings forAll = Settings.resolve(SettingsDocument.parse(newest.document()), SettingsDocument.EMPTY,
                    new Selector.Member("", ""));
            wanted = new Rounds(forAll.get(SettingsKeys.ROUND_LENGTH), forAll.get(SettingsKeys.PACKETS_PER_ROUND));
        } catch (SettingsException newer) {
            log.warn("Settings version {} were taken by a newer aggregator, so agents that know no settings keep their "
                    + "rounds: {}", newest.version(), newer.getMessage());
            return;
        }
        if (!wanted.equals(rounds)) {
            rounds = wanted;
            tellPeers();
        }
    }

    void settingsReply(AgentLink link, NodeId agent, Frame.SettingsReply reply) {
        if (!current(link, agent)) {
            return;
        }
        mesh.heard(agent);
        settingsAnswers.replied(agent, reply);
        if (reply.accepted()) {
            log.info("Agent {} has settings version {} in force{}{}", link, reply.version(),
                    reply.pinned().isEmpty() ? "" : ", but for what it pins: " + String.join(", ", reply.pinned()),
                    reply.reason().isEmpty() ? "" : "; it says: " + reply.reason());
        } else {
            log.warn("Agent {} refuses settings version {}: {}", link, reply.version(), reply.reason());
        }
    }

    /** What the agents have in force. For the mesh thread. */
    public SettingsAnswers settingsAnswers() {
        return settingsAnswers;
    }

    /** How far the agents' clocks are off. For the mesh thread. */
    public Clocks clocks() {
        return clocks;
    }

    /** How it takes part in the cluster has changed. */
    void membership(AgentLink link, NodeId agent, Frame.Membership told) {
        if (current(link, agent)) {
            mesh.heard(agent);
            if (mesh.membership(agent, told)) {
                log.info("Agent {} takes part as {}: {}", link, told.mode(), told.reason());
            }
        }
    }

    /** A dial-back got to it at an address of its own: whatever its link's looks like, it is not behind NAT. */
    void reached(AgentLink link, MeshNode agent) {
        if (current(link, agent.id())) {
            mesh.reached(agent);
        }
    }

    private void replace(Member before, Frame.Hello hello) {
        intake.closed(before.link);
        if (before.hello.boot().equals(hello.boot())) {
            log.info("Agent {} connected again", hello.agent().name());
        } else {
            log.info("Agent {} connected as a new process; its older link is closed", hello.agent().name());
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

    /** @param frame the same as it travelled */
    void batch(AgentLink link, Frame.Batch told, byte[] frame) {
        NodeId agent = told.agent();
        if (!current(link, agent) || draining) {
            return;
        }
        mesh.heard(agent);
        mesh.roundsDropped(agent, told.roundsDropped());
        mesh.reportSelf(told);
        mesh.enterEndpoints(told.endpoints());
        intake.take(link, told, frame, clock.instant());
    }

    /** A batch that came without a link. */
    IngestGate.Verdict post(IngestGate.LinkOrder order, AgentRecord sender, ReceivedBatch batch, OptionalLong stored) {
        if (draining) {
            return new IngestGate.Verdict.Overloaded("this aggregator is about to end: try again in a moment");
        }
        if (mesh.agent(batch.agent()).isEmpty()) {
            mesh.load(List.of(sender));
        }
        stored.ifPresent(sequence -> gate.stored(batch.agent(), batch.boot(), sequence));
        mesh.enterEndpoints(batch.endpoints());
        return intake.post(order, batch);
    }

    long committedThrough(NodeId agent, UUID boot) {
        return gate.committedThrough(agent, boot);
    }

    /** Not only when its close handler runs: frames behind the refused one may be on their way here already. */
    private void refuse(AgentLink link, NodeId agent, Frame.Refusal.Code code, String message) {
        forget(link, agent);
        link.refuse(code, message);
    }

    /** These are durable: their agents may forget them. */
    public void settled(List<ReceivedBatch> batches) {
        Map<NodeId, Map<UUID, Long>> acks = new HashMap<>();
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
        if (!draining) {
            intake.settled();
        }
    }

    private void forget(AgentLink link, NodeId agent) {
        members.remove(agent);
        count = members.size();
        intake.closed(link);
    }

    void goodbye(AgentLink link, NodeId agent, String reason) {
        if (current(link, agent)) {
            log.info("Agent {} left: {}", link, reason);
            forget(link, agent);
            mesh.leave(agent);
        }
    }

    void closed(AgentLink link, NodeId agent) {
        if (current(link, agent)) {
            log.warn("The link of {} closed without a goodbye", link);
            forget(link, agent);
        }
    }

    /** Every tick: tells agents how much more they may send, if there is room. */
    public void giveCredit() {
        intake.beat();
    }

    /** Every tick: tells agents if the list of peers changed, though not more often than their number allows. */
    public void tellPeersIfChanged() {
        if (mesh.peersVersion() != toldPeers && peersPace.mayTell(nanoTime.getAsLong())) {
            tellPeers();
        }
    }

    private void tellPeers() {
        toldPeers = mesh.peersVersion();
        configVersion = Math.max(configVersion + 1, clock.millis());
        peersPace.told(members.size(), nanoTime.getAsLong());
        broadcast(config());
    }

    private Frame.Config config() {
        return new Frame.Config(configVersion, rounds.length(), rounds.packets(), mesh.peers());
    }

    private void broadcast(Frame frame) {
        Buffer encoded = Buffer.buffer(FrameCodec.encode(frame));
        members.values().forEach(member -> member.link.send(encoded));
    }

    /** Asks everyone for a sign of life. */
    public void pingAll() {
        broadcast(new Frame.Ping(++pingToken, clock.instant()));
    }

    /** Closes the links that gave no sign of life for too long, or that do not read. */
    public void endSilent() {
        long now = nanoTime.getAsLong();
        for (Member member : List.copyOf(members.values())) {
            Duration silent = Duration.ofNanos(now - member.link.heardNanos());
            if (silent.compareTo(StateRules.LONGEST_SILENCE) > 0) {
                end(member, "silent for " + silent.toMillis() + " ms");
            } else if (member.link.congested()) {
                end(member, "does not read what is sent to it");
            }
        }
    }

    private void end(Member member, String why) {
        log.warn("The link of {} is taken for lost: {}", member.link, why);
        forget(member.link, member.hello.agent().id());
        member.link.close(why);
    }

    /** This agent was revoked: its link says so and ends, and nobody measures the way to it any more. */
    public void revoked(NodeId agent, String words) {
        Member member = members.get(agent);
        if (member != null) {
            refuse(member.link, agent, Frame.Refusal.Code.NOT_AUTHENTICATED, words);
        }
        mesh.leave(agent);
    }

    /** This agent's newest certificate has ended: a link that was opened with one ends. */
    public void expired(NodeId agent) {
        Member member = members.get(agent);
        if (member != null && member.link.certified()) {
            refuse(member.link, agent, Frame.Refusal.Code.NOT_AUTHENTICATED,
                    "the certificate of this agent has ended: renew it");
        }
    }

    /** Takes no more batches; what is queued is still acknowledged. */
    public void drain() {
        draining = true;
        intake.drain();
    }

    /** Agents with an open link. Any thread. */
    public int count() {
        return count;
    }
}
