package io.sentinelmesh.trust;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * One authority of those that followed one another.
 *
 * @param crossCertificates the same key, certified by elders: who trusts only an elder gets here by them
 */
record Generation(int number, PrivateKey key, X509Certificate certificate, List<X509Certificate> crossCertificates) {

    Generation {
        crossCertificates = List.copyOf(crossCertificates);
    }

    Validity validity() {
        return Validity.of(certificate);
    }

    boolean inForce(Instant now) {
        return validity().contains(now);
    }
}
