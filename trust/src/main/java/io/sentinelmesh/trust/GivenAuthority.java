package io.sentinelmesh.trust;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** An authority from files that somebody else made. */
final class GivenAuthority {

    /** Place of keyCertSign among the key usages (RFC 5280 section 4.2.1.3). */
    private static final int KEY_CERT_SIGN = 5;
    /** Cross-certificates and authorities above it; a TLS peer reads eight to ten certificates in all. */
    private static final int MOST_FURTHER = 4;

    private GivenAuthority() {
    }

    static Generation read(Path certificateFile, Path keyFile, Instant now) {
        List<X509Certificate> certificates = Certificates.read(certificateFile);
        X509Certificate own = certificates.getFirst();
        requireMaySign(own, certificateFile, now);
        if (certificates.size() > 1 + MOST_FURTHER) {
            throw new TrustException(certificateFile + " holds " + certificates.size()
                    + " certificates: the authority's comes first, and at most " + MOST_FURTHER + " may follow");
        }
        byte[] text = PrivateFiles.read(keyFile, Certificates.MOST_FILE_BYTES)
                .orElseThrow(() -> new TrustException("there is no file " + keyFile + " with the authority's key"));
        PrivateKey key = PrivateKeys.ofPem(
                PemBlock.parse(new String(text, StandardCharsets.US_ASCII), keyFile.toString()),
                own.getPublicKey().getAlgorithm(), keyFile.toString());
        if (!PrivateKeys.belongTogether(key, own.getPublicKey())) {
            throw new TrustException("the key in " + keyFile + " is not that of the first certificate in "
                    + certificateFile);
        }
        return new Generation(1, key, own, certificates.subList(1, certificates.size()));
    }

    private static void requireMaySign(X509Certificate own, Path file, Instant now) {
        boolean[] usage = own.getKeyUsage();
        if (own.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
            throw new TrustException("the first certificate in " + file
                    + " may not sign others: an authority's has CA:TRUE and keyCertSign");
        }
        Validity validity = Validity.of(own);
        if (!validity.contains(now)) {
            throw new TrustException("the authority in " + file + " is in force from " + validity.from() + " until "
                    + validity.until() + ", and here it is " + now + ": give one that is");
        }
    }
}
