package io.sentinelmesh.trust;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.NodeId;

/**
 * The mesh's own certificate authority (P-256, X.509 v3). It renews itself: at two thirds of its life it makes a successor, signs with that, and both
 * are trusted until the elder expires. The elder certifies the successor too, so that an agent that was away meanwhile and trusts only the elder
 * still finds its way. Thread-safe.
 */
public final class CertificateAuthority {

    public static final Duration LIFE = Duration.ofDays(3 * 365);
    public static final Duration AGENT_LIFE = Duration.ofDays(7);
    public static final Duration SERVER_LIFE = Duration.ofDays(30);
    /** How long after its certificate expired an agent may still renew it by proving its key. */
    public static final Duration RENEWABLE_AFTER_EXPIRY = Duration.ofDays(90);
    /** So much may a host's clock be behind and still find a new certificate in force. */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** There are one or two at any time; a peer reads eight to ten certificates of a chain at most. */
    private static final int MOST_WAYS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(CertificateAuthority.class);

    private final Optional<GenerationFolder> folder;
    private final InstantSource clock;
    private final Issuer issuer = new Issuer();
    /** The newest first; never empty. Guarded by this. */
    private List<Generation> generations;
    private List<X509Certificate> lastTrusted;

    private CertificateAuthority(Optional<GenerationFolder> folder, List<Generation> generations,
            InstantSource clock) {
        this.folder = folder;
        this.generations = generations;
        this.clock = clock;
        lastTrusted = List.of();
    }

    /**
     * The authority in this folder (mode 0700, keys 0600), made at the first call.
     *
     * @throws TrustException if the folder or a file can't be used, or others may read a key
     */
    public static CertificateAuthority openOrCreate(Path folder, InstantSource clock) {
        CertificateAuthority authority = new CertificateAuthority(Optional.of(new GenerationFolder(folder)), List.of(),
                clock);
        authority.renewIfDue();
        return authority;
    }

    /**
     * An authority of somebody else's: it is never renewed here.
     *
     * @param certificate PEM; the first in it is the authority, which alone is trusted; what follows is sent along with each chain
     * @param key PEM, PKCS #8, mode 0600
     * @throws TrustException if the files don't belong together, or it may not sign
     */
    public static CertificateAuthority given(Path certificate, Path key, InstantSource clock) {
        CertificateAuthority authority = new CertificateAuthority(Optional.empty(),
                List.of(GivenAuthority.read(certificate, key, clock.instant())), clock);
        authority.renewIfDue();
        return authority;
    }

    /** Every certificate that peers should trust now; the one that signs comes first. */
    public synchronized List<X509Certificate> trusted() {
        Instant now = clock.instant();
        LinkedHashSet<X509Certificate> trusted = new LinkedHashSet<>();
        trusted.add(signing(now).certificate());
        generations.stream().filter(generation -> generation.inForce(now)).map(Generation::certificate)
                .forEach(trusted::add);
        return List.copyOf(trusted);
    }

    /** SHA-256 of the signing certificate's DER, lower-case hex: what a join token pins. */
    public synchronized String fingerprint() {
        return Certificates.fingerprint(signing(clock.instant()).certificate());
    }

    /** Of the signing certificate: for metrics and warnings. */
    public synchronized Validity validity() {
        return signing(clock.instant()).validity();
    }

    /**
     * For TLS client and server authentication (agents are members of a mesh). The leaf first, then the authority, then the way to its elders in force.
     */
    public List<X509Certificate> issueAgent(PublicKey key, NodeId agent, Duration life) {
        return issue(key, new MeshIdentity(MeshIdentity.Role.AGENT, agent), List.of(), life);
    }

    /** @param hosts names and addresses by which it is reached: its SANs beside the URI */
    public List<X509Certificate> issueAggregator(PublicKey key, NodeId aggregator, Collection<String> hosts,
            Duration life) {
        return issue(key, new MeshIdentity(MeshIdentity.Role.AGGREGATOR, aggregator), hosts, life);
    }

    /**
     * Whom we once issued this certificate to, if it is in force or expired no longer ago than that. It says nothing about who shows it: have the key
     * proven. Nor about revocation.
     */
    public synchronized Optional<MeshIdentity> issuedByUs(X509Certificate leaf, Duration graceAfterExpiry) {
        Instant now = clock.instant();
        Validity validity = Validity.of(leaf);
        boolean inTime = !now.isBefore(validity.from())
                && !now.isAfter(validity.until().plus(graceAfterExpiry));
        return inTime && leaf.getBasicConstraints() < 0
                && generations.stream().anyMatch(generation -> signed(generation.certificate(), leaf))
                        ? MeshIdentity.of(leaf)
                        : Optional.empty();
    }

    /** To be called now and then. True if {@link #trusted} changed: tell everyone. */
    public synchronized boolean renewIfDue() {
        folder.ifPresent(files -> files.alone(() -> {
            generations = upToDate(files);
            return generations.size();
        }));
        List<X509Certificate> trusted = trusted();
        boolean changed = !trusted.equals(lastTrusted);
        lastTrusted = trusted;
        return changed;
    }

    private List<Generation> upToDate(GenerationFolder files) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        List<Generation> all = new ArrayList<>(files.read());
        for (Generation forgotten : all.stream().filter(
                generation -> generation.validity().until().plus(RENEWABLE_AFTER_EXPIRY).isBefore(now)).toList()) {
            // Never the last one: who finds its folder empty makes up another mesh.
            if (all.size() > 1) {
                files.delete(forgotten);
                all.remove(forgotten);
            }
        }
        Optional<Generation> newest = all.stream().filter(generation -> generation.inForce(now)).findFirst();
        if (newest.isEmpty() || newest.get().validity().renewalDue(now)) {
            Generation successor = successor(all, now);
            files.write(successor);
            all.addFirst(successor);
        }
        return List.copyOf(all);
    }

    private Generation successor(List<Generation> all, Instant now) {
        KeyPair key = CertificateRequest.newKey();
        X509Certificate certificate = issuer.root(key, new Validity(now.minus(CLOCK_SKEW), now.plus(LIFE)));
        List<X509Certificate> cross = all.stream().filter(elder -> elder.inForce(now))
                .map(elder -> issuer.cross(elder, certificate)).toList();
        int number = all.stream().mapToInt(Generation::number).max().orElse(0) + 1;
        if (number == 1) {
            LOG.info("made the mesh's authority, {}", Certificates.fingerprint(certificate));
        } else if (cross.isEmpty()) {
            LOG.warn("the mesh's authority had expired; its successor is {}, and every agent must join again",
                    Certificates.fingerprint(certificate));
        } else {
            LOG.info("the mesh's authority has a successor, {}; both are trusted until the elder expires",
                    Certificates.fingerprint(certificate));
        }
        return new Generation(number, key.getPrivate(), certificate, cross);
    }

    private synchronized List<X509Certificate> issue(PublicKey key, MeshIdentity identity, Collection<String> hosts,
            Duration life) {
        if (!life.isPositive()) {
            throw new TrustException("a certificate can't live for " + life);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Generation authority = signing(now);
        if (!authority.inForce(now)) {
            throw new TrustException("the mesh's authority is in force from " + authority.validity().from() + " until "
                    + authority.validity().until() + ", and here it is " + now + ": set the clock, or renew it");
        }
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(issuer.leaf(authority, key, identity, hosts, new Validity(now.minus(CLOCK_SKEW), now.plus(life))));
        chain.add(authority.certificate());
        chain.addAll(waysToElders(authority, now));
        return List.copyOf(chain);
    }

    /** Cross-certificates in force, each with its elder: a join token may pin that one, and finds it only if it is sent. */
    private List<X509Certificate> waysToElders(Generation authority, Instant now) {
        List<X509Certificate> ways = new ArrayList<>();
        for (X509Certificate cross : authority.crossCertificates().stream().limit(MOST_WAYS).toList()) {
            if (folder.isEmpty()) {
                ways.add(cross);
            } else if (Validity.of(cross).contains(now)) {
                ways.add(cross);
                generations.stream().map(Generation::certificate).filter(elder -> signed(elder, cross)).findFirst()
                        .ifPresent(ways::add);
            }
        }
        return ways;
    }

    /** The newest that is in force: one made while the clock was wrong may lie in the future. */
    private Generation signing(Instant now) {
        return generations.stream().filter(generation -> generation.inForce(now)).findFirst()
                .orElseGet(() -> generations.getFirst());
    }

    private static boolean signed(X509Certificate authority, X509Certificate certificate) {
        if (!authority.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
