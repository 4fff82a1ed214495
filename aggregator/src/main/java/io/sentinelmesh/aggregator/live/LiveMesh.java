package io.sentinelmesh.aggregator.live;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

import io.sentinelmesh.aggregator.matrix.Cell;
import io.sentinelmesh.aggregator.matrix.LiveMatrix;
import io.sentinelmesh.aggregator.matrix.MatrixTick;
import io.sentinelmesh.aggregator.matrix.NodeTable;
import io.sentinelmesh.aggregator.roster.AgentRoster;
import io.sentinelmesh.aggregator.roster.AgentState;
import io.sentinelmesh.aggregator.roster.AgentView;
import io.sentinelmesh.aggregator.roster.DuplicateWatch;
import io.sentinelmesh.aggregator.selfreport.AgentReport;
import io.sentinelmesh.aggregator.selfreport.SelfReports;
import io.sentinelmesh.db.AgentRecord;
import io.sentinelmesh.measurement.MeshNode;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.wire.Frame;

/** All that is known of the mesh at this moment. Every method is called by the mesh thread, and by no other. */
public final class LiveMesh {

    private final NodeTable nodes;
    private final AgentRoster roster;
    private final LiveMatrix matrix;
    private final DuplicateWatch duplicates = new DuplicateWatch();
    private final SelfReports selfReports = new SelfReports();
    private final Clock clock;
    private final LongSupplier nanoTime;
    private long cellsLeftOut;
    private long toldNodes = -1;

    public LiveMesh(NodeTable nodes, AgentRoster roster, LiveMatrix matrix, Clock clock, LongSupplier nanoTime) {
        this.nodes = nodes;
        this.roster = roster;
        this.matrix = matrix;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    public void load(List<AgentRecord> known) {
        roster.load(known);
        for (AgentRecord agent : known) {
            OptionalInt index = nodes.enter(agent.node());
            if (agent.left()) {
                index.ifPresent(matrix::leave);
            }
            index.ifPresent(at -> matrix.behindNat(at, agent.node().isBehindNat()));
        }
    }

    /**
     * @return false if there is no room for another node
     */
    public boolean arrive(Frame.Hello hello) {
        OptionalInt index = nodes.enter(hello.agent());
        if (index.isEmpty()) {
            return false;
        }
        matrix.arrive(index.getAsInt());
        roster.arrive(hello, clock.instant(), nanoTime.getAsLong());
        roster.find(hello.agent().id()).ifPresent(known -> reach(known.node()));
        return true;
    }

    private void reach(MeshNode agent) {
        nodes.enter(agent).ifPresent(index -> matrix.behindNat(index, agent.isBehindNat()));
    }

    /** A dial-back got to this agent at an address of its own. */
    public void reached(MeshNode agent) {
        roster.reached(agent).ifPresent(this::reach);
    }

    /** @return whether that is news */
    public boolean membership(NodeId agent, Frame.Membership told) {
        return roster.membership(agent, told);
    }

    /** Whether the process that said this HELLO had been replaced by another: then both of them are running. */
    public boolean returned(Frame.Hello hello) {
        return duplicates.arrived(hello.agent().id(), hello.boot(), clock.instant());
    }

    /** Agents whose identity two processes use. */
    public Set<NodeId> duplicates() {
        return duplicates.duplicates(clock.instant());
    }

    /** Any frame came from this agent. */
    public void heard(NodeId agent) {
        long now = nanoTime.getAsLong();
        roster.heard(agent, clock.instant(), now);
        nodes.indexOf(agent).ifPresent(index -> matrix.heard(index, now));
    }

    public void report(Frame.Live live) {
        enterEndpoints(live.endpoints());
        OptionalInt source = nodes.indexOf(live.row().source());
        if (source.isPresent()) {
            selfReports.verdict(live.row().source(), live.verdict());
            cellsLeftOut += matrix.report(source.getAsInt(), live.row(), live.verdict().impaired(),
                    nanoTime.getAsLong());
        }
    }

    /** What a batch says about its agent itself. */
    public void reportSelf(Frame.Batch batch) {
        selfReports.report(batch.agent(), batch.health(), batch.metrics(), nanoTime.getAsLong());
    }

    public AgentReport selfReport(NodeId agent) {
        return selfReports.of(agent);
    }

    public SelfReports selfReports() {
        return selfReports;
    }

    /** Connected agents whose rows are not believed at present. */
    public int impairedAgents() {
        return (int) roster.agents().stream().filter(agent -> agent.state() == AgentState.CONNECTED)
                .filter(agent -> selfReports.verdict(agent.node().id()).impaired()).count();
    }

    /** An agent may name endpoints, never agents: those name themselves by their own HELLO. */
    public void enterEndpoints(List<MeshNode> endpoints) {
        for (MeshNode endpoint : endpoints) {
            if (endpoint.role() == MeshNode.Role.ENDPOINT && roster.find(endpoint.id()).isEmpty()) {
                nodes.enter(endpoint);
            }
        }
    }

    public void leave(NodeId agent) {
        roster.left(agent);
        selfReports.leave(agent);
        nodes.indexOf(agent).ifPresent(matrix::leave);
    }

    public void roundsDropped(NodeId agent, long rounds) {
        roster.roundsDropped(agent, rounds);
    }

    /** Time passes: rows go stale, agents get lost; tells what changed since the last tick. */
    public MeshTick tick() {
        long now = nanoTime.getAsLong();
        roster.tick(now);
        MatrixTick changes = matrix.tick(now);
        long nodesNow = nodesVersion();
        boolean nodesChanged = nodesNow != toldNodes;
        toldNodes = nodesNow;
        return new MeshTick(clock.instant(), changes, nodesChanged);
    }

    private long nodesVersion() {
        return nodes.version() + roster.version();
    }

    public long peersVersion() {
        return roster.peersVersion();
    }

    public List<MeshNode> peers() {
        return roster.peers();
    }

    public Optional<AgentView> agent(NodeId id) {
        return roster.find(id);
    }

    public List<AgentView> agents() {
        return roster.agents();
    }

    /** Cells whose destination nobody introduced, or which were a source's view of itself. */
    public long cellsLeftOut() {
        return cellsLeftOut;
    }

    public Optional<MeshNode> node(NodeId id) {
        OptionalInt index = nodes.indexOf(id);
        return index.isEmpty() ? Optional.empty() : Optional.of(nodes.node(index.getAsInt()));
    }

    public Optional<Cell> cell(NodeId source, NodeId destination) {
        OptionalInt from = nodes.indexOf(source);
        OptionalInt to = nodes.indexOf(destination);
        return from.isEmpty() || to.isEmpty() ? Optional.empty() : matrix.cell(from.getAsInt(), to.getAsInt());
    }

    /** Every node that there is, in the order of their indexes. */
    public List<MeshNode> allNodes() {
        return nodes.nodes();
    }

    public Instant now() {
        return clock.instant();
    }

    public List<MatrixTick.RowAge> rowAges() {
        return matrix.rowAges(nanoTime.getAsLong());
    }

    public List<MeshView.ViewedNode> viewedNodes() {
        List<MeshView.ViewedNode> viewed = new ArrayList<>();
        List<MeshNode> all = nodes.nodes();
        for (int i = 0; i < all.size(); i++) {
            Optional<AgentState> state = roster.find(all.get(i).id()).map(AgentView::state);
            viewed.add(new MeshView.ViewedNode(i, all.get(i), state));
        }
        return viewed;
    }

    /** Everything at once, as values that any thread may read; an object for each cell, so mind {@link LiveMatrix#size}. */
    public MeshView view() {
        return new MeshView(clock.instant(), viewedNodes(), matrix.cells());
    }

    public LiveMatrix matrix() {
        return matrix;
    }
}
