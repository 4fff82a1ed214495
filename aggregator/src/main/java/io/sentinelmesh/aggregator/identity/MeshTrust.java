package io.sentinelmesh.aggregator.identity;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.sentinelmesh.measurement.NodeId;
import io.sentinelmesh.trust.CertificateAuthority;
import io.sentinelmesh.trust.CertificateRequest;
import io.sentinelmesh.trust.TlsIdentity;
import io.sentinelmesh.trust.Validity;

/**
 * The mesh's authority and the aggregator's own certificate from it. The aggregator's key is never on disk: it is made at each start and at
 * each renewal. Thread-safe; signing takes about a millisecond.
 */
public final class MeshTrust {

    private static final Logger log = LoggerFactory.getLogger(MeshTrust.class);

    private final CertificateAuthority authority;
    private final NodeId id;
    private final List<String> hosts;
    private final InstantSource clock;
    private final TlsIdentity tls;

    private MeshTrust(CertificateAuthority authority, NodeId id, List<String> hosts, InstantSource clock) {
        this.authority = authority;
        this.id = id;
        this.hosts = hosts;
        this.clock = clock;
        this.tls = new TlsIdentity(newMaterial(), clock);
    }

    /** @throws io.sentinelmesh.trust.TrustException if a file can't be used; says which and what to do */
    public static MeshTrust open(TrustSettings settings, InstantSource clock) {
        CertificateAuthority authority = settings.given()
                .map(given -> CertificateAuthority.given(given.certificate(), given.key(), clock))
                .orElseGet(() -> CertificateAuthority.openOrCreate(settings.folder(), clock));
        return new MeshTrust(authority, OwnId.in(settings.idFile()), settings.hosts(), clock);
    }

    private TlsIdentity.Material newMaterial() {
        KeyPair key = CertificateRequest.newKey();
        return new TlsIdentity.Material(key.getPrivate(),
                authority.issueAggregator(key.getPublic(), id, hosts, CertificateAuthority.SERVER_LIFE),
                authority.trusted());
    }

    /** The aggregator's own. */
    public NodeId id() {
        return id;
    }

    /** Serves the newest certificate for every handshake that begins. */
    public TlsIdentity tls() {
        return tls;
    }

    /** Everyone to trust now, the one that signs first. */
    public List<X509Certificate> trusted() {
        return authority.trusted();
    }

    /** What a join token pins. */
    public String fingerprint() {
        return authority.fingerprint();
    }

    List<X509Certificate> certify(PublicKey key, NodeId agent) {
        return authority.issueAgent(key, agent, CertificateAuthority.AGENT_LIFE);
    }

    /** To be called now and then: renews the authority and the own certificate at two thirds of their lives. True if anything was. */
    public synchronized boolean renewIfDue() {
        boolean authorityChanged = authority.renewIfDue();
        boolean ownDue = tls.material().validity().renewalDue(clock.instant());
        if (authorityChanged) {
            log.info("The mesh's authority was renewed; its fingerprint is {} now. Agents take it over by themselves.",
                    authority.fingerprint());
        }
        if (ownDue) {
            tls.replace(newMaterial());
            log.info("The aggregator's certificate was renewed until {}", serverValidity().until());
        } else if (authorityChanged) {
            TlsIdentity.Material now = tls.material();
            tls.replace(new TlsIdentity.Material(now.key(), now.chain(), authority.trusted()));
        }
        return authorityChanged || ownDue;
    }

    /** Of the certificate that signs. */
    public Validity authorityValidity() {
        return authority.validity();
    }

    /** Of the aggregator's own certificate. */
    public Validity serverValidity() {
        return tls.material().validity();
    }
}
