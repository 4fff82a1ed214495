package io.sentinelmesh.probe.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one certificate says.
 *
 * @param names DNS names and addresses of its subject alternative names, as written
 */
public record CertificateFacts(String subject, String issuer, Instant notBefore, Instant notAfter, List<String> names) {

    /** More are not told: a certificate may carry thousands. */
    static final int MOST_NAMES = 100;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    public CertificateFacts {
        names = List.copyOf(names);
    }

    static CertificateFacts of(X509Certificate certificate) {
        return new CertificateFacts(certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(), certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(), namesOf(certificate));
    }

    /** Those kinds of name that a TLS server can be asked for; RFC 5280 section 4.2.1.6 numbers them. */
    private static List<String> namesOf(X509Certificate certificate) {
        Collection<List<?>> entries;
        try {
            entries = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of();
        }
        if (entries == null) {
            return List.of();
        }
        return entries.stream()
                .filter(entry -> entry.get(0).equals(DNS_NAME) || entry.get(0).equals(IP_ADDRESS))
                .map(entry -> String.valueOf(entry.get(1))).limit(MOST_NAMES).toList();
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("subject", subject);
        values.put("issuer", issuer);
        values.put("not_before", notBefore.toString());
        values.put("not_after", notAfter.toString());
        values.put("names", names);
        return values;
    }
}
