package io.sentinelmesh.probe.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Judges the chains that servers present. Immutable; any thread. */
public final class ChainJudge {

    /** A longer chain is not followed. */
    private static final int MOST_INTERMEDIATES = 8;
    /** "May prove a TLS server": id-kp-serverAuth (RFC 5280 section 4.2.1.12). */
    private static final Set<String> SERVER_AUTHENTICATION = Set.of("1.3.6.1.5.5.7.3.1");

    private final Set<TrustAnchor> anchors;
    private final Clock clock;

    /** @param anchors at least one */
    public ChainJudge(Set<TrustAnchor> anchors, Clock clock) {
        if (anchors.isEmpty()) {
            throw new IllegalArgumentException("no certificate is trusted");
        }
        this.anchors = Set.copyOf(anchors);
        this.clock = clock;
    }

    /**
     * @param chain as presented, the server's own certificate first; at least one
     * @param host that was asked for: a name or an address
     */
    public ChainVerdict judge(List<X509Certificate> chain, String host) {
        Instant now = clock.instant();
        List<CertificateFacts> facts = chain.stream().map(CertificateFacts::of).toList();
        List<CertificateProblem> problems = new ArrayList<>();
        Instant trustedAt = now;
        for (CertificateFacts certificate : facts) {
            if (now.isAfter(certificate.notAfter())) {
                problems.add(new CertificateProblem.Expired(certificate.subject(), certificate.notAfter()));
                trustedAt = certificate.notAfter();
            } else if (now.isBefore(certificate.notBefore())) {
                problems.add(new CertificateProblem.NotYetValid(certificate.subject(), certificate.notBefore()));
                trustedAt = certificate.notBefore();
            }
        }
        // Asked as of a time at which the certificate was valid, so that age is not told twice.
        untrusted(chain, trustedAt).ifPresent(problems::add);
        if (!ServerNames.match(host, facts.getFirst().names())) {
            problems.add(new CertificateProblem.NameMismatch(host, facts.getFirst().names()));
        }
        return new ChainVerdict(facts, problems, now);
    }

    private Optional<CertificateProblem> untrusted(List<X509Certificate> chain, Instant at) {
        X509Certificate own = chain.getFirst();
        if (anchors.stream().anyMatch(anchor -> own.equals(anchor.getTrustedCert()))) {
            return Optional.empty();
        }
        try {
            X509CertSelector server = new X509CertSelector();
            server.setCertificate(own);
            server.setExtendedKeyUsage(SERVER_AUTHENTICATION);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, server);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            // Would ask the network during a measurement.
            parameters.setRevocationEnabled(false);
            parameters.setMaxPathLength(MOST_INTERMEDIATES);
            parameters.setDate(Date.from(at));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            boolean selfSigned = own.getSubjectX500Principal().equals(own.getIssuerX500Principal());
            return Optional.of(new CertificateProblem.Untrusted(selfSigned
                    ? "it is signed by itself"
                    : "nothing that is trusted vouches for its issuer " + own.getIssuerX500Principal().getName()));
        } catch (IOException e) {
            throw new IllegalStateException("a constant is not an object identifier", e);
        }
    }
}
