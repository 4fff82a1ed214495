package io.sentinelmesh.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.control.AgentStatus;
import io.sentinelmesh.agent.control.ControlSocket;
import io.sentinelmesh.agent.control.FinishedRows;
import io.sentinelmesh.agent.control.ForceSend;
import io.sentinelmesh.agent.control.StatusOrder;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.agent.link.AggregatorLink;
import io.sentinelmesh.agent.plan.PlanStatus;
import io.sentinelmesh.agent.settings.SettingsStatus;
import io.sentinelmesh.agent.spool.Spool;
import io.sentinelmesh.measurement.HealthVerdict;
import io.sentinelmesh.measurement.MatrixRow;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.membership.MembershipState;
import io.sentinelmesh.probe.ProbeRung;

/** What an agent answers to its own user on its own host. Without it the agent measures all the same. */
final class LocalFace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalFace.class);

    /** This run of this agent. */
    record Run(MeshNode self, UUID boot, Instant startedAt, Path dataDir) {
    }

    /** What is asked anew for each answer, by any thread. */
    record Views(Supplier<ProbeRung> rung, Supplier<MembershipState> membership, Supplier<List<MeshNode>> peers,
            Supplier<List<MeshNode>> endpoints, Supplier<PlanStatus> plan, Supplier<SettingsStatus> settings,
            Supplier<HealthVerdict> health) {
    }

    private final Run run;
    private final Views views;
    private final Spool spool;
    private final AggregatorLink link;
    private final Optional<AgentIdentity> identity;
    private final Clock clock;
    private final FinishedRows finishedRows = new FinishedRows(this::name);
    private Optional<ControlSocket> socket = Optional.empty();

    LocalFace(Run run, Views views, Spool spool, AggregatorLink link, Optional<AgentIdentity> identity, Clock clock) {
        this.run = run;
        this.views = views;
        this.spool = spool;
        this.link = link;
        this.identity = identity;
        this.clock = clock;
    }

    void start() {
        try {
            socket = Optional.of(ControlSocket.open(run.dataDir, Map.of(StatusOrder.WORD, new StatusOrder(this::status),
                    FinishedRows.WORD, finishedRows,
                    ForceSend.WORD, new ForceSend(spool::balance, link::status, link::hurry))));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("`sentinel agent status`, `tail` and `force-send` will not reach this agent: {}", e.getMessage());
        }
    }

    /** Any thread; does not block. */
    void finished(MatrixRow row) {
        finishedRows.finished(row);
    }

    private Optional<String> name(NodeId destination) {
        return Stream.concat(views.peers.get().stream(), views.endpoints.get().stream())
                .filter(node -> node.id().equals(destination)).map(MeshNode::name).findFirst();
    }

    private AgentStatus status() {
        Instant now = clock.instant();
        MembershipState membership = views.membership.get();
        MeshNode self = run.self;
        return new AgentStatus(now,
                new AgentStatus.Self(self.id(), self.name(), self.site(), self.address(), self.reflectorPort(),
                        Version.text(), run.boot, run.startedAt, Duration.between(run.startedAt, now).toSeconds(),
                        ProcessHandle.current().pid(), run.dataDir.toString()),
                AgentStatus.Rung.of(views.rung.get()),
                new AgentStatus.Membership(membership.mode().text(), membership.reason()),
                views.peers.get().stream().map(AgentStatus.Peer::of).toList(), views.plan.get(),
                AgentStatus.Spool.of(spool.balance(), spool.trouble()), link.status(),
                identity.map(known -> AgentStatus.Certificate.of(known.validity(), now)), views.settings.get(),
                AgentStatus.Health.of(views.health.get()));
    }

    @Override
    public void close() {
        socket.ifPresent(ControlSocket::close);
    }
}
