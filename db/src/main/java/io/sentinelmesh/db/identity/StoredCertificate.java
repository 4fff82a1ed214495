package io.sentinelmesh.db.identity;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

import io.sentinelmesh.measurement.NodeId;

/**
 * A certificate that was issued to an agent.
 *
 * @param serial lower-case hex
 * @param publicKey SubjectPublicKeyInfo, DER
 * @param withdrawn refused although its agent is not revoked: it is from before the agent was let in again
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out
public record StoredCertificate(String serial, NodeId agent, byte[] publicKey, Instant notBefore, Instant notAfter,
        Instant issuedAt, boolean withdrawn) {

    public StoredCertificate {
        publicKey = publicKey.clone();
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredCertificate that && serial.equals(that.serial) && agent.equals(that.agent)
                && Arrays.equals(publicKey, that.publicKey) && notBefore.equals(that.notBefore)
                && notAfter.equals(that.notAfter) && issuedAt.equals(that.issuedAt) && withdrawn == that.withdrawn;
    }

    @Override
    public int hashCode() {
        return serial.hashCode();
    }

    @Override
    public String toString() {
        return "StoredCertificate[" + serial + " of " + agent + ", " + HexFormat.of().formatHex(publicKey) + ", "
                + notBefore + " to " + notAfter + (withdrawn ? ", withdrawn]" : "]");
    }
}
