package io.sentinelmesh.trust;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** From when until when a certificate is in force. */
public record Validity(Instant from, Instant until) {

    /** A life is over for us after two thirds of it: the last third is for failures, and for people to see the warning. */
    private static final int RENEW_AFTER_THIRDS = 2;
    /** By then a renewal has failed for half of the time there was for it. */
    private static final int WARN_BELOW_SIXTHS = 1;

    public Validity {
        if (!from.isBefore(until)) {
            throw new TrustException("a certificate that is in force from " + from + " until " + until);
        }
    }

    public static Validity of(X509Certificate certificate) {
        return new Validity(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
    }

    public Duration life() {
        return Duration.between(from, until);
    }

    /** Negative once it has expired. */
    public Duration remaining(Instant now) {
        return Duration.between(now, until);
    }

    /** RFC 5280 section 4.1.2.5: both ends belong to it. */
    public boolean contains(Instant now) {
        return !now.isBefore(from) && !now.isAfter(until);
    }

    /** Two thirds of its life. */
    public Instant renewAt() {
        return from.plus(life().multipliedBy(RENEW_AFTER_THIRDS).dividedBy(3));
    }

    public boolean renewalDue(Instant now) {
        return !now.isBefore(renewAt());
    }

    /** Worth a warning: less than a sixth is left, so it should have been renewed long ago. */
    public boolean endsSoon(Instant now) {
        return remaining(now).compareTo(life().multipliedBy(WARN_BELOW_SIXTHS).dividedBy(6)) < 0;
    }
}
