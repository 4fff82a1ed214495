package io.sentinelmesh.trust;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/** Private keys as PKCS #8 (RFC 5958), and the kinds of key that we know: elliptic curves, and RSA for an authority that was given. */
final class PrivateKeys {

    static final String LABEL = "PRIVATE KEY";
    private static final int PROOF_BYTES = 32;
    /** P-256 by its name in SEC 2. */
    static final String CURVE = "secp256r1";
    private static final ECParameterSpec P256 = p256();

    private PrivateKeys() {
    }

    static PrivateKey parse(String algorithm, byte[] pkcs8, String source) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new TrustException(source + " holds no " + algorithm + " key in PKCS #8 that fits its certificate",
                    e);
        }
    }

    static byte[] pkcs8(PrivateKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null || !"PKCS#8".equals(key.getFormat())) {
            throw new TrustException("a private key that can't be written down: it must be one in memory");
        }
        return encoded;
    }

    /** The one key of a PEM file, of the certificate's kind. */
    static PrivateKey ofPem(List<PemBlock> blocks, String algorithm, String source) {
        List<PemBlock> keys = blocks.stream().filter(block -> block.label().endsWith(LABEL)).toList();
        if (keys.size() != 1) {
            throw new TrustException(source + " must hold one private key, and holds " + keys.size());
        }
        if (!keys.getFirst().label().equals(LABEL)) {
            throw new TrustException(source + " holds a key as " + keys.getFirst().label()
                    + ", wanted is PKCS #8 without a passphrase: openssl pkcs8 -topk8 -nocrypt -in " + source
                    + " -out new.key");
        }
        return parse(algorithm, keys.getFirst().der(), source);
    }

    /** Found out by a signature: it is the one use that matters. */
    static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        byte[] proof = new byte[PROOF_BYTES];
        new SecureRandom().nextBytes(proof);
        try {
            Signature signer = Signature.getInstance(signatureAlgorithm(key.getAlgorithm()));
            signer.initSign(key);
            signer.update(proof);
            byte[] signature = signer.sign();
            signer.initVerify(publicKey);
            signer.update(proof);
            return signer.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        } finally {
            Arrays.fill(proof, (byte) 0);
        }
    }

    static String signatureAlgorithm(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> throw new TrustException(
                    "a key of the kind " + keyAlgorithm + ": an authority's must be EC (P-256) or RSA");
        };
    }

    static void requireP256(PublicKey key) {
        if (!(key instanceof ECPublicKey ec) || !sameCurve(ec.getParams(), P256)) {
            throw new TrustException("a key of the kind " + key.getAlgorithm() + " that is not on the curve P-256");
        }
    }

    private static boolean sameCurve(ECParameterSpec one, ECParameterSpec other) {
        return one.getCurve().equals(other.getCurve()) && one.getGenerator().equals(other.getGenerator())
                && one.getOrder().equals(other.getOrder()) && one.getCofactor() == other.getCofactor();
    }

    private static ECParameterSpec p256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(CURVE));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new TrustException("this Java has no keys of the curve P-256: use a full JDK or JRE", e);
        }
    }
}
