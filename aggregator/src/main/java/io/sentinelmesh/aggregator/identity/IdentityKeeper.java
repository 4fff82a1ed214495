package io.sentinelmesh.aggregator.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.aggregator.metrics.MetricRegistry;
import io.sentinelmesh.db.StoreException;
import io.sentinelmesh.db.identity.EnrolledAgent;
import io.sentinelmesh.db.identity.IdentityStore;
import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.Validity;

/** Renews in time, hears of what other aggregators on the same database decided, and warns of what is about to end. On a thread of its own, which may block. */
public final class IdentityKeeper implements Runnable {

    /** So that an agent which another aggregator revoked is shut out here as well. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    static final Duration READ_ALL_EVERY = Duration.ofMinutes(1);
    private static final Duration FORGET_EVERY = Duration.ofHours(24);
    private static final Duration WARN_EVERY = Duration.ofHours(24);
    /** A given authority is nobody's to renew but its owner's, who needs time for it. */
    private static final Duration AUTHORITY_ENDS_SOON = Duration.ofDays(60);
    /** Words about an absence that was too long are kept for a month longer than it may last. */
    private static final Duration KEPT = Enrolment.LONGEST_ABSENCE.plusDays(30);

    private static final Logger log = LoggerFactory.getLogger(IdentityKeeper.class);

    private final MeshTrust trust;
    private final IdentityStore store;
    private final IdentityBook book;
    private final Consumer<NodeId> onExpired;
    private final InstantSource clock;
    private final BlockingQueue<Boolean> stop = new LinkedBlockingQueue<>(1);
    private final Set<NodeId> lateTold = new HashSet<>();
    private Instant readAll = Instant.MIN;
    private Instant forgot = Instant.MIN;
    private Instant warned = Instant.MIN;

    /** @param onExpired is told, again and again, of agents whose certificate has ended */
    public IdentityKeeper(MeshTrust trust, IdentityStore store, IdentityBook book, Consumer<NodeId> onExpired,
            InstantSource clock) {
        this.trust = trust;
        this.store = store;
        this.book = book;
        this.onExpired = onExpired;
        this.clock = clock;
    }

    /** @param registry gets what is left of every life */
    public void measure(MetricRegistry registry) {
        registry.gauge("sentinel_authority_certificate_remaining_seconds", "",
                "Until the mesh's signing certificate ends.", () -> remainingSeconds(trust.authorityValidity()));
        registry.gauge("sentinel_server_certificate_remaining_seconds", "",
                "Until the aggregator's own certificate ends.", () -> remainingSeconds(trust.serverValidity()));
        registry.gauge("sentinel_agent_certificate_remaining_seconds_min", "",
                "Until the first certificate of an agent that is not shut out ends; negative once one has, 0 without agents.",
                this::shortestAgentLifeSeconds);
        for (Standing standing : Standing.values()) {
            registry.gauge("sentinel_agent_certificates", "state=\"" + standing.label + "\"",
                    "Agents by the state of their newest certificate; late: should have been renewed.",
                    () -> agents(standing).size());
        }
        registry.gauge("sentinel_agents_revoked", "", "Agents that are shut out.", book::revokedAgents);
    }

    private double shortestAgentLifeSeconds() {
        Instant now = clock.instant();
        return book.all().stream().filter(agent -> book.revokedAt(agent.identity().agent()).isEmpty())
                .flatMap(agent -> agent.certified().stream())
                .mapToLong(until -> Duration.between(now, until).toSeconds()).min().orElse(0);
    }

    private double remainingSeconds(Validity validity) {
        return validity.remaining(clock.instant()).toSeconds();
    }

    private enum Standing {
        VALID("valid"), LATE("late"), EXPIRED("expired");

        private final String label;

        Standing(String label) {
            this.label = label;
        }

        /** No certificate: they ended so long ago that they were forgotten. */
        static Standing of(EnrolledAgent agent, Instant now) {
            Optional<Validity> newest = agent.certifiedFrom()
                    .flatMap(from -> agent.certified().map(until -> new Validity(from, until)));
            if (newest.isEmpty() || now.isAfter(newest.get().until())) {
                return EXPIRED;
            }
            return newest.get().endsSoon(now) ? LATE : VALID;
        }
    }

    private List<EnrolledAgent> agents(Standing standing) {
        Instant now = clock.instant();
        return book.all().stream().filter(agent -> book.revokedAt(agent.identity().agent()).isEmpty()
                && Standing.of(agent, now) == standing).toList();
    }

    /** Until {@link #stop}. */
    @Override
    public void run() {
        try {
            do {
                carefully();
            } while (stop.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS) == null);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    public void stop() {
        stop.offer(true);
    }

    /** Must outlive whatever goes wrong in one turn, or nothing is ever renewed again. */
    private void carefully() {
        try {
            once();
        } catch (StoreException away) {
            log.debug("Who is shut out cannot be read", away);
        } catch (RuntimeException failure) {
            log.warn("Looking after certificates failed; next try in {} s", LOOK_EVERY.toSeconds(), failure);
        }
    }

    /** One turn. */
    public void once() {
        Instant now = clock.instant();
        // Needs no database, so it comes first.
        trust.renewIfDue();
        warn(now);
        if (now.isBefore(readAll.plus(READ_ALL_EVERY))) {
            book.refreshRevocations(now);
            return;
        }
        book.refresh(now);
        readAll = now;
        agents(Standing.EXPIRED).forEach(agent -> onExpired.accept(agent.identity().agent()));
        tellLate();
        if (!now.isBefore(forgot.plus(FORGET_EVERY))) {
            store.forget(now.minus(KEPT));
            forgot = now;
        }
    }

    private void warn(Instant now) {
        if (now.isBefore(warned.plus(WARN_EVERY))) {
            return;
        }
        warned = now;
        Duration authority = trust.authorityValidity().remaining(now);
        if (authority.compareTo(AUTHORITY_ENDS_SOON) < 0) {
            log.warn("The mesh's authority ends in {} days, and then no agent gets in. Give a newer one with --ca-cert "
                    + "and --ca-key in time.", authority.toDays());
        }
        if (trust.serverValidity().endsSoon(now)) {
            log.warn("The aggregator's certificate ends at {} and could not be renewed: see the lines before.",
                    trust.serverValidity().until());
        }
    }

    /** Each agent once, until it has renewed. */
    private void tellLate() {
        Set<NodeId> late = new HashSet<>();
        for (EnrolledAgent agent : agents(Standing.LATE)) {
            late.add(agent.identity().agent());
            if (lateTold.add(agent.identity().agent())) {
                log.warn("The certificate of agent {} ends at {} and was not renewed in time. It renews by itself "
                        + "when it runs and reaches this aggregator.", agent.identity().name(),
                        agent.certified().orElse(Instant.MIN));
            }
        }
        lateTold.retainAll(late);
    }
}
