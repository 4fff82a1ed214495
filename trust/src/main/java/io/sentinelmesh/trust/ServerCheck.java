package io.sentinelmesh.trust;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** What a client demands of a server beyond a certificate of the mesh. */
final class ServerCheck {

    private ServerCheck() {
    }

    /** An agent can't pass for an aggregator, nor one host for another. */
    static void requireAggregatorAt(Handshake handshake, X509Certificate certificate, MeshIdentity identity)
            throws CertificateException {
        if (identity.role() != MeshIdentity.Role.AGGREGATOR) {
            throw new CertificateException("the server is " + identity.uri() + ", and no aggregator");
        }
        if (handshake.checksHost()) {
            String host = handshake.host()
                    .orElseThrow(() -> new CertificateException("the server's name is to be checked, but not known"));
            if (!HostNames.match(certificate, host)) {
                throw new CertificateException("the aggregator's certificate is not for the host " + host
                        + ": start it with that name or address advertised, or connect by one that it has");
            }
        }
    }
}
