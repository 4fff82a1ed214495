package io.sentinelmesh.aggregator.identity;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.sentinelmesh.db.identity.EnrolledAgent;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.db.identity.Revocations;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.TlsIdentity;

/**
 * What the store knows of agents, in memory: asked at every message of every link. Reading never blocks; whatever changes it holds the lock
 * while it speaks to the store, so that an older answer can't undo a revocation. Thread-safe.
 */
public final class IdentityBook {

    private record Page(Map<NodeId, EnrolledAgent> enrolled, Revocations revocations) {
        static final Page EMPTY = new Page(Map.of(), Revocations.NONE);
    }

    private final IdentityStore store;
    private final TlsIdentity tls;
    private volatile Page page = Page.EMPTY;
    private volatile Consumer<NodeId> onRevoked = _ -> {
    };

    public IdentityBook(IdentityStore store, TlsIdentity tls) {
        this.store = store;
        this.tls = tls;
    }

    /** @param listener is told of everyone who is shut out from now on, by any thread */
    public void onRevoked(Consumer<NodeId> listener) {
        onRevoked = listener;
    }

    /** Reads everything again; others may share the database. */
    public synchronized void refresh(Instant now) {
        Map<NodeId, EnrolledAgent> enrolled = new HashMap<>();
        store.enrolled().forEach(agent -> enrolled.put(agent.identity().agent(), agent));
        become(new Page(Map.copyOf(enrolled), store.revocations(now)));
    }

    /** Reads only who is shut out: cheap enough for every few seconds. */
    public synchronized void refreshRevocations(Instant now) {
        become(new Page(page.enrolled, store.revocations(now)));
    }

    private void become(Page next) {
        Set<NodeId> fresh = new HashSet<>(next.revocations.agents().keySet());
        fresh.removeAll(page.revocations.agents().keySet());
        page = next;
        tls.revoked(next.revocations.agents().keySet());
        fresh.forEach(onRevoked);
    }

    /** Shut out from the next message on. False if it was already. */
    synchronized boolean revoke(NodeId agent, Instant at) {
        boolean fresh = store.revoke(agent, at);
        refreshRevocations(at);
        return fresh;
    }

    /** A certificate was issued. */
    synchronized void certified(EnrolledAgent agent) {
        Map<NodeId, EnrolledAgent> enrolled = new HashMap<>(page.enrolled);
        enrolled.put(agent.identity().agent(), agent);
        page = new Page(Map.copyOf(enrolled), page.revocations);
    }

    public Optional<Instant> revokedAt(NodeId agent) {
        return Optional.ofNullable(page.revocations.agents().get(agent));
    }

    /** @param serial lower-case hex */
    public boolean withdrawn(String serial) {
        return page.revocations.withdrawn().contains(serial);
    }

    public Optional<EnrolledAgent> find(NodeId agent) {
        return Optional.ofNullable(page.enrolled.get(agent));
    }

    public List<EnrolledAgent> all() {
        return List.copyOf(page.enrolled.values());
    }

    public int revokedAgents() {
        return page.revocations.agents().size();
    }
}
