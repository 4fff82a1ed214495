package io.sentinelmesh.trust;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** Whether certificates that a peer showed lead to an authority that is trusted (RFC 5280 section 6), and whose the first of them is. Any thread. */
final class CertificatePath {

    /** Extended key usages (RFC 5280 section 4.2.1.12). */
    enum Purpose {
        SERVER("1.3.6.1.5.5.7.3.1", "TLS servers"), CLIENT("1.3.6.1.5.5.7.3.2", "TLS clients");

        private final String oid;
        private final String holders;

        Purpose(String oid, String holders) {
            this.oid = oid;
            this.holders = holders;
        }
    }

    private CertificatePath() {
    }

    /**
     * @param chain the holder's first, in any order after that, with more than is needed
     * @throws CertificateException with the reason for people, and as its cause the one that makes JSSE send the right alert
     */
    static MeshIdentity check(List<X509Certificate> chain, List<X509Certificate> trusted, Instant now, Purpose purpose)
            throws CertificateException {
        if (chain.isEmpty()) {
            throw new CertificateException("no certificate was shown");
        }
        X509Certificate leaf = chain.getFirst();
        requireInForce(leaf, now);
        requirePath(chain, trusted, now);
        requirePurpose(leaf, purpose);
        if (leaf.getBasicConstraints() >= 0) {
            throw new CertificateException("an authority's certificate can't be a peer's");
        }
        return MeshIdentity.of(leaf).orElseThrow(() -> new CertificateException(
                name(leaf) + " has no name of this mesh (one URI urn:sentinel-mesh:… among its alternative names)"));
    }

    private static void requireInForce(X509Certificate leaf, Instant now) throws CertificateException {
        Validity validity = Validity.of(leaf);
        if (now.isAfter(validity.until())) {
            throw refused(name(leaf) + " expired at " + validity.until() + ", and here it is " + now,
                    BasicReason.EXPIRED);
        }
        if (now.isBefore(validity.from())) {
            throw refused(name(leaf) + " is in force from " + validity.from() + ", and here it is " + now
                    + ": set the clocks", BasicReason.NOT_YET_VALID);
        }
    }

    private static void requirePath(List<X509Certificate> chain, List<X509Certificate> trusted, Instant now)
            throws CertificateException {
        // The algorithm takes what is trusted for granted (RFC 5280 section 6.1.1), even when it has expired.
        Set<TrustAnchor> anchors = trusted.stream().filter(authority -> Validity.of(authority).contains(now))
                .map(authority -> new TrustAnchor(authority, null)).collect(Collectors.toSet());
        if (anchors.isEmpty()) {
            throw refused("none of the " + trusted.size() + " authorities trusted here is in force at " + now,
                    BasicReason.EXPIRED);
        }
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(chain.getFirst());
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setDate(Date.from(now));
            // There are no lists of revoked certificates: they live for days, and the aggregator knows who is revoked.
            parameters.setRevocationEnabled(false);
            CertPathBuilder.getInstance("PKIX").build(parameters);
        } catch (CertPathBuilderException e) {
            throw new CertificateException(name(chain.getFirst())
                    + " was not issued by an authority trusted here (issuer: "
                    + chain.getFirst().getIssuerX500Principal().getName() + ")", cause(e));
        } catch (InvalidAlgorithmParameterException | NoSuchAlgorithmException e) {
            throw new CertificateException("certificates can't be checked: " + e.getMessage(), e);
        }
    }

    /** JSSE looks one level deep for the reason. */
    private static Throwable cause(GeneralSecurityException e) {
        return e.getCause() instanceof CertPathValidatorException invalid ? invalid : e;
    }

    private static void requirePurpose(X509Certificate leaf, Purpose purpose) throws CertificateException {
        try {
            @Nullable
            List<String> usages = leaf.getExtendedKeyUsage();
            if (usages == null || !usages.contains(purpose.oid)) {
                throw new CertificateException(name(leaf) + " is not meant for " + purpose.holders);
            }
        } catch (CertificateParsingException e) {
            throw new CertificateException(name(leaf) + " has a garbled extended key usage", e);
        }
    }

    static CertificateException revoked(MeshIdentity identity) {
        return refused(identity.uri() + " is revoked", BasicReason.REVOKED);
    }

    private static CertificateException refused(String message, BasicReason reason) {
        return new CertificateException(message, new CertPathValidatorException(message, null, null, -1, reason));
    }

    private static String name(X509Certificate certificate) {
        return "the certificate of " + certificate.getSubjectX500Principal().getName();
    }
}
