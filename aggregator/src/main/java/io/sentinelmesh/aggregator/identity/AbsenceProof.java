package io.sentinelmesh.aggregator.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

import io.sentinelmesh.measurement.NodeId;

/**
 * How an agent whose certificate has ended shows that it still has the key: a signature over our challenge, its id and what it asks for.
 *
 * @param request PKCS #10, DER
 * @param serial of a certificate it was given; lower-case hex
 * @param signature ECDSA with SHA-256, DER
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never shared
public record AbsenceProof(byte[] request, NodeId agent, String serial, String nonce, byte[] signature) {

    /** Names what is signed, so that a signature made for something else is never taken for this. */
    private static final String PURPOSE = "sentinel-mesh renew 1";

    /** What has to be signed. */
    public static byte[] signed(NodeId agent, String serial, String nonce, byte[] request) {
        try {
            String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request));
            return String.join("\n", PURPOSE, agent.toString(), serial, nonce, hash)
                    .getBytes(StandardCharsets.UTF_8);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** @param publicKey SubjectPublicKeyInfo of an EC key, DER */
    boolean provenBy(byte[] publicKey) {
        try {
            Signature check = Signature.getInstance("SHA256withECDSA");
            check.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(publicKey)));
            check.update(signed(agent, serial, nonce, request));
            return check.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
