package io.sentinelmesh.probe.exchange;

import java.net.InetAddress;
import javax.net.ssl.SNIHostName;

/** The names that servers are asked for by. */
public final class HostName {

    private HostName() {
    }

    /**
     * As name servers, TLS and certificates have it: without the dot at the end that stands for the root (RFC 6066 section 3). An address stays as
     * it is.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static String require(String text) {
        if (isAddress(text)) {
            return text;
        }
        String host = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        try {
            new SNIHostName(host);
            return host;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text
                    + "' is no host name: expected letters, digits and hyphens, at most 63 between two dots", e);
        }
    }

    static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
