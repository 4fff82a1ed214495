package io.sentinelmesh.trust;

import java.net.IDN;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Names and addresses of hosts in certificates: exact matches only, since our authority issues no wildcards (RFC 9525 section 6). */
final class HostNames {

    /** GeneralName's choices (RFC 5280 section 4.2.1.6). */
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Pattern DOTTED = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    /** RFC 1123 section 2.1; the underscore is not in it, but in many a network. */
    private static final Pattern NAME = Pattern
            .compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
    private static final int MOST_CHARACTERS = 253;

    private HostNames() {
    }

    /** Empty if it is a name. */
    static Optional<InetAddress> address(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!bare.contains(":") && !DOTTED.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Lower case, without a dot at its end, non-ASCII as Punycode; empty if it is no name. */
    static Optional<String> name(String host) {
        try {
            String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
            String ascii = IDN.toASCII(bare).toLowerCase(Locale.ROOT);
            return ascii.length() <= MOST_CHARACTERS && NAME.matcher(ascii).matches()
                    && !DOTTED.matcher(ascii).matches() ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static boolean match(X509Certificate certificate, String host) {
        try {
            @Nullable
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> matches(name, host));
        } catch (CertificateParsingException _) {
            return false;
        }
    }

    private static boolean matches(List<?> name, String host) {
        return switch ((Integer) name.get(0)) {
            case DNS_NAME -> name(host).filter(((String) name.get(1)).toLowerCase(Locale.ROOT)::equals).isPresent();
            case IP_ADDRESS -> address(host).equals(address((String) name.get(1))) && address(host).isPresent();
            default -> false;
        };
    }
}
