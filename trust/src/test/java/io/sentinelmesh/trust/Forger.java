package io.sentinelmesh.trust;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import static java.time.Duration.ofDays;

/** Certificates as our authority would never make them. */
final class Forger {

    private final X500Name issuer;
    private final PrivateKey signer;
    private Instant from = MovedClock.START.minus(ofDays(1));
    private Instant until = MovedClock.START.plus(ofDays(10));
    private final List<String> uris = new ArrayList<>();
    private KeyPurposeId[] purposes = {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
    private boolean authority;

    private Forger(X500Name issuer, PrivateKey signer) {
        this.issuer = issuer;
        this.signer = signer;
    }

    static Forger signingWith(PrivateKey key, X509Certificate certificate) {
        return new Forger(new X500Name(certificate.getSubjectX500Principal().getName()), key);
    }

    static Forger signingItself(KeyPair key) {
        return new Forger(new X500Name("CN=forged"), key.getPrivate());
    }

    Forger uri(String... those) {
        uris.addAll(Arrays.asList(those));
        return this;
    }

    Forger forPurposes(KeyPurposeId... those) {
        purposes = those;
        return this;
    }

    Forger asAuthority() {
        authority = true;
        return this;
    }

    Forger inForce(Instant since, Instant end) {
        from = since;
        until = end;
        return this;
    }

    X509Certificate certify(KeyPair key) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, BigInteger.TEN,
                    Date.from(from), Date.from(until), new X500Name("CN=forged"), key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (purposes.length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            }
            if (!uris.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(uris.stream()
                        .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                        .toArray(GeneralName[]::new)));
            }
            return Certificates.parse(builder
                    .build(new JcaContentSignerBuilder(PrivateKeys.signatureAlgorithm(signer.getAlgorithm()))
                            .build(signer))
                    .getEncoded());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
