package io.sentinelmesh.trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** PKCS #10 (RFC 2986): an agent's proof that it has the key it wants certified. Names in it are ignored: the aggregator decides who somebody is. */
public final class CertificateRequest {

    /** More than any P-256 request needs. */
    public static final int MOST_BYTES = 4_096;

    private static final String SIGNATURE = "SHA256withECDSA";

    private CertificateRequest() {
    }

    /** A new P-256 key pair. */
    public static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(PrivateKeys.CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new TrustException("this Java has no keys of the curve P-256: use a full JDK or JRE", e);
        }
    }

    /** DER. */
    public static byte[] of(KeyPair key) {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Name(""), key.getPublic())
                    .build(new JcaContentSignerBuilder(SIGNATURE).build(key.getPrivate())).getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new TrustException("cannot sign a certificate request (" + e.getMessage() + ")", e);
        }
    }

    /** The key that signed it. @throws TrustException if it is malformed, too long, not a P-256 key, or the signature is wrong */
    public static PublicKey verified(byte[] der) {
        if (der.length > MOST_BYTES) {
            throw new TrustException(
                    "a certificate request of " + der.length + " bytes: at most " + MOST_BYTES + " are read");
        }
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            // The parser takes any tag for that of the attributes, for one; what it understood must be what was sent.
            if (!Arrays.equals(request.getEncoded(), der)) {
                throw new TrustException("not a certificate request in DER");
            }
            PublicKey key = p256(request.getSubjectPublicKeyInfo());
            if (!request.getSignatureAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA256)) {
                throw new TrustException("a certificate request must be signed with " + SIGNATURE);
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new TrustException("the signature of this certificate request is not by the key in it");
            }
            return key;
        } catch (TrustException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException
                | RuntimeException e) {
            // ASN.1 that is well-formed but not what was meant ends in one of several unchecked exceptions.
            throw new TrustException("not a certificate request (PKCS #10): " + e.getMessage(), e);
        }
    }

    private static PublicKey p256(SubjectPublicKeyInfo info) throws IOException, GeneralSecurityException {
        if (!info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                || !SECObjectIdentifiers.secp256r1.equals(info.getAlgorithm().getParameters())) {
            throw new TrustException("the key of a certificate request must be one of the curve P-256");
        }
        // Refuses a point that is not on the curve; the JDK looks at that only when keys are agreed on.
        PublicKeyFactory.createKey(info);
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    }
}
