package io.sentinelmesh.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates (RFC 5280); decides nothing. */
final class Issuer {

    /** RFC 5280 section 4.1.2.2: unique, positive, at most 20 octets. */
    private static final int SERIAL_BITS = 128;
    /** An elder signs its successor, which signs leaves: one authority in between. */
    private static final int AUTHORITIES_BELOW = 1;

    private final SecureRandom random = new SecureRandom();

    /** Signed by itself. */
    X509Certificate root(KeyPair key, Validity validity) {
        String name = "CN=Sentinel Mesh authority "
                + Certificates.sha256Hex(key.getPublic().getEncoded()).substring(0, 8);
        X500Principal subject = new X500Principal(name);
        return authority(subject, key.getPrivate(), subject, key.getPublic(), keyIdentifier(key.getPublic()), validity);
    }

    /** The successor's key under its own name, signed by the elder: with it, who trusts the elder trusts the successor. */
    X509Certificate cross(Generation elder, X509Certificate successor) {
        Validity validity = new Validity(Validity.of(successor).from(),
                earlier(Validity.of(successor).until(), elder.validity().until()));
        return authority(elder.certificate().getSubjectX500Principal(), elder.key(),
                successor.getSubjectX500Principal(), successor.getPublicKey(), keyIdentifier(elder.certificate()),
                validity);
    }

    X509Certificate leaf(Generation authority, PublicKey key, MeshIdentity identity, Collection<String> hosts,
            Validity wanted) {
        PrivateKeys.requireP256(key);
        String kind = identity.role() == MeshIdentity.Role.AGENT ? "agent " : "aggregator ";
        X509v3CertificateBuilder builder = builder(authority.certificate().getSubjectX500Principal(),
                within(wanted, authority.validity()), new X500Principal("CN=" + kind + identity.id()), key);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            // Both: as members of the mesh, agents and aggregators call one another.
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(
                    new KeyPurposeId[]{KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth}));
            builder.addExtension(Extension.subjectAlternativeName, false, names(identity, hosts));
            builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(key)));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    new AuthorityKeyIdentifier(keyIdentifier(authority.certificate())));
            return signed(builder, authority.key());
        } catch (IOException e) {
            throw new TrustException("cannot make a certificate for " + identity.uri() + ": " + e.getMessage(), e);
        }
    }

    private X509Certificate authority(X500Principal issuer, PrivateKey signer, X500Principal subject, PublicKey key,
            byte[] issuersKeyIdentifier, Validity validity) {
        X509v3CertificateBuilder builder = builder(issuer, validity, subject, key);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(AUTHORITIES_BELOW));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(key)));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    new AuthorityKeyIdentifier(issuersKeyIdentifier));
            return signed(builder, signer);
        } catch (IOException e) {
            throw new TrustException("cannot make an authority's certificate: " + e.getMessage(), e);
        }
    }

    private X509v3CertificateBuilder builder(X500Principal issuer, Validity validity, X500Principal subject,
            PublicKey key) {
        BigInteger serial = new BigInteger(SERIAL_BITS, random).max(BigInteger.ONE);
        return new JcaX509v3CertificateBuilder(issuer, serial, Date.from(validity.from()),
                Date.from(validity.until()), subject, key);
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) throws IOException {
        try {
            String algorithm = PrivateKeys.signatureAlgorithm(key.getAlgorithm());
            return Certificates.parse(builder.build(new JcaContentSignerBuilder(algorithm).build(key)).getEncoded());
        } catch (OperatorCreationException e) {
            throw new TrustException("cannot sign with the authority's key: " + e.getMessage(), e);
        }
    }

    private static GeneralNames names(MeshIdentity identity, Collection<String> hosts) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, identity.uri()));
        hosts.stream().map(Issuer::host).distinct().forEach(names::add);
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static GeneralName host(String host) {
        return HostNames.address(host).map(InetAddress::getAddress)
                .map(bytes -> new GeneralName(GeneralName.iPAddress, new DEROctetString(bytes)))
                .or(() -> HostNames.name(host).map(name -> new GeneralName(GeneralName.dNSName, name)))
                .orElseThrow(() -> new TrustException("'" + host + "' is neither a host name nor an address, so that"
                        + " no certificate can be made for it"));
    }

    /** Of the certificate, where it has one: a company's authority may have its own way to make it. */
    private static byte[] keyIdentifier(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        return extension == null
                ? keyIdentifier(certificate.getPublicKey())
                : SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
                        .getKeyIdentifier();
    }

    private static byte[] keyIdentifier(PublicKey key) {
        try {
            return new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key).getKeyIdentifier();
        } catch (GeneralSecurityException e) {
            throw new TrustException("this Java has no SHA-1, which key identifiers are made with", e);
        }
    }

    /** What outlives its authority is worth nothing. */
    private static Validity within(Validity wanted, Validity authority) {
        Instant from = wanted.from().isBefore(authority.from()) ? authority.from() : wanted.from();
        return new Validity(from, earlier(wanted.until(), authority.until()));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
