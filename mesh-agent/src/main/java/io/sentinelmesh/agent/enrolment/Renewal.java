package io.sentinelmesh.agent.enrolment;

import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.DoubleSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.agent.config.AgentConfig;
import io.sentinelmesh.agent.config.ProxySettings;
import io.sentinelmesh.agent.identity.AgentIdentity;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.TrustException;
import io.sentinelmesh.trust.Validity;

/**
 * Keeps the certificate in force: renews it at two thirds of its life, again and again until it succeeds; after an absence proves the key instead;
 * learns of new authorities in between. It goes by the clock alone, so it may be asked at any time and after any pause. One caller.
 */
public final class Renewal {

    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    /** Often enough for the shortest life, and next to nothing to do. */
    public static final Duration TICK = Duration.ofSeconds(2);
    static final Duration LEARNING = Duration.ofHours(1);
    private static final Duration WARNING = Duration.ofHours(1);

    private final AgentIdentity identity;
    private final List<URI> doors;
    private final ProxySettings proxy;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Runnable renewed;

    private final RenewalPace pace = new RenewalPace();
    private double early;
    private int doorAt;
    private Instant learnedAt;
    private Instant warnedAt = Instant.EPOCH;

    /**
     * @param aggregators tried in turn; those without a door are left out
     * @param random 0.0 to 1.0
     * @param renewed is told when there is a new certificate
     */
    public Renewal(AgentIdentity identity, List<URI> aggregators, ProxySettings proxy, InstantSource clock,
            DoubleSupplier random, Runnable renewed) {
        this.identity = identity;
        this.proxy = proxy;
        this.doors = aggregators.stream().filter(AgentConfig::isDoor).toList();
        this.clock = clock;
        this.random = random;
        this.renewed = renewed;
        this.early = random.getAsDouble();
        this.learnedAt = clock.instant().minus(Duration.ofMillis((long) (LEARNING.toMillis() * random.getAsDouble())));
    }

    /** Does what is due now. Blocks while it asks the aggregator. */
    public void check() {
        Instant now = clock.instant();
        Validity life = identity.validity();
        if (!now.isBefore(due(life)) && pace.mayTry(now)) {
            renew(now, life);
        } else if (life.contains(now) && isDue(learnedAt, LEARNING, now)) {
            learn(now);
        }
        warn(now);
    }

    /** A failed renewal is not tried again before this. */
    Instant nextAttempt() {
        return pace.notBefore();
    }

    private static boolean isDue(Instant last, Duration pause, Instant now) {
        // A clock that was set back is no reason to wait for years.
        return !now.isBefore(last.plus(pause)) || now.isBefore(last.minus(pause));
    }

    /** Two thirds of its life, or up to a thirtieth of it earlier: agents that joined together must not all renew in one second. */
    private Instant due(Validity life) {
        return life.renewAt().minus(Duration.ofMillis((long) (life.life().toMillis() / 30.0 * early)));
    }

    private void renew(Instant now, Validity life) {
        try {
            Certified certified = ask(identity.key(), identity.request());
            identity.renewed(certified.chain(), certified.trusted());
            succeeded(certified);
        } catch (TrustException e) {
            LOG.warn("the certificate was renewed, but cannot be kept for the next start: {}", e.getMessage());
            succeededUnkept();
        } catch (DoorException e) {
            boolean refused = e.kind() == DoorException.Kind.REFUSED;
            pace.failed(now, life, refused, e.waitAtLeast());
            doorAt++;
            if (refused) {
                LOG.error("the certificate is not renewed: {}", e.getMessage());
            } else {
                LOG.warn("the certificate is not renewed yet, it {} {}; trying again after {}: {}",
                        now.isAfter(life.until()) ? "ended at" : "ends at", life.until(), pace.notBefore(),
                        e.getMessage());
            }
        }
    }

    private void succeeded(Certified certified) {
        LOG.info("certificate renewed: in force until {}", certified.validity().until());
        succeededUnkept();
    }

    private void succeededUnkept() {
        early = random.getAsDouble();
        pace.succeeded();
        warnedAt = Instant.EPOCH;
        renewed.run();
    }

    /**
     * Another key, with a certificate for it. The one before is forgotten only after that.
     *
     * @throws DoorException if the aggregator gives no certificate
     * @throws TrustException if the new key can't be kept; in both cases the old one goes on
     */
    public void rotate() {
        KeyPair fresh = CertificateRequest.newKey();
        Certified certified = ask(fresh, CertificateRequest.of(fresh));
        identity.replaced(fresh.getPrivate(), certified.chain(), certified.trusted());
        LOG.info("the key was replaced; its certificate is in force until {}", certified.validity().until());
        succeededUnkept();
    }

    private Certified ask(KeyPair key, byte[] request) {
        boolean inForce = identity.validity().contains(clock.instant());
        Door door = Door.of(nextDoor(), proxy, identity, clock);
        return inForce
                ? door.renew(key.getPublic(), request)
                : door.renewAfterAbsence(identity, key.getPublic(), request);
    }

    private URI nextDoor() {
        return doors.get(Math.floorMod(doorAt, doors.size()));
    }

    private void learn(Instant now) {
        learnedAt = now;
        try {
            identity.trust(Door.of(nextDoor(), proxy, identity, clock).trusted());
        } catch (DoorException | TrustException e) {
            LOG.debug("the aggregator's authorities are not learnt now: {}", e.getMessage());
        }
    }

    private void warn(Instant now) {
        Validity life = identity.validity();
        boolean inForce = life.contains(now);
        boolean low = life.remaining(now).multipliedBy(3).compareTo(life.life()) < 0;
        if ((inForce && !low) || !isDue(warnedAt, WARNING, now)) {
            return;
        }
        warnedAt = now;
        if (inForce) {
            LOG.warn("this agent's certificate ends at {}, in {}, and could not be renewed so far", life.until(),
                    LifeText.of(life.remaining(now)));
        } else {
            LOG.error("{}; the aggregator takes nothing from this agent until that is mended, measuring goes on",
                    ClockTrouble.text("this agent's certificate", life, now));
        }
    }
}
