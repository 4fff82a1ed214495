package io.sentinelmesh.probe.certificate;

import java.time.Instant;
import java.util.List;

/** Why a chain of certificates does not prove that the server is the one that was asked for. */
public sealed interface CertificateProblem {

    /** For scripts. */
    String word();

    /** For people. */
    String text();

    /** @param subject of whichever certificate of the chain it is */
    record Expired(String subject, Instant notAfter) implements CertificateProblem {
        @Override
        public String word() {
            return "certificate-expired";
        }

        @Override
        public String text() {
            return "the certificate of " + subject + " expired at " + notAfter;
        }
    }

    /** Or this host's clock is wrong. */
    record NotYetValid(String subject, Instant notBefore) implements CertificateProblem {
        @Override
        public String word() {
            return "certificate-not-yet-valid";
        }

        @Override
        public String text() {
            return "the certificate of " + subject + " is not valid before " + notBefore;
        }
    }

    /** No path leads from it to a certificate that is trusted. */
    record Untrusted(String why) implements CertificateProblem {
        @Override
        public String word() {
            return "certificate-untrusted";
        }

        @Override
        public String text() {
            return "the certificate is not trusted: " + why;
        }
    }

    /** @param names that it is for */
    record NameMismatch(String expected, List<String> names) implements CertificateProblem {

        private static final int SHOWN = 5;

        public NameMismatch {
            names = List.copyOf(names);
        }

        @Override
        public String word() {
            return "certificate-name-mismatch";
        }

        @Override
        public String text() {
            if (names.isEmpty()) {
                return "the certificate names no host, wanted is " + expected;
            }
            String more = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
            return "the certificate is for " + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                    + more + ", not for " + expected;
        }
    }
}
