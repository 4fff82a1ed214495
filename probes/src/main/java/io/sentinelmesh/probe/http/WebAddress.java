package io.sentinelmesh.probe.http;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

import io.sentinelmesh.probe.exchange.HostName;
import io.sentinelmesh.probe.kind.BadRequestException;

/**
 * A URL that can be fetched, taken apart.
 *
 * @param scheme "http" or "https"
 * @param host in ASCII, without brackets and without a dot at its end
 * @param pathAndQuery begins with "/"
 */
record WebAddress(String scheme, String host, int port, String pathAndQuery) {

    static final int MOST_CHARACTERS = 8_192;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** @throws BadRequestException if it is not such a URL */
    static WebAddress parse(String text) {
        try {
            return of(new URI(asciiHost(text.strip())));
        } catch (URISyntaxException e) {
            throw new BadRequestException(
                    "'" + text + "' is not a URL: " + e.getReason() + "; write http://HOST[:PORT]/PATH", e);
        } catch (IllegalArgumentException e) {
            throw new BadRequestException(
                    "'" + text + "' " + e.getMessage() + "; write http://HOST[:PORT]/PATH or https://…", e);
        }
    }

    /** Where a redirect leads from here; empty if that is nowhere one can go. */
    Optional<WebAddress> follow(String location) {
        try {
            return Optional.of(of(new URI(toString()).resolve(new URI(asciiHost(location.strip())))));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static WebAddress of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("does not begin with http:// or https://");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("holds a user name: give an authorization-file instead");
        }
        if (uri.toString().length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("is longer than " + MOST_CHARACTERS + " characters");
        }
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw new IllegalArgumentException("names no host");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : defaultPort(scheme);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("has a port that is not 1 to 65535");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new WebAddress(scheme, hostName(bare.toLowerCase(Locale.ROOT)), port, path + query);
    }

    private static String hostName(String host) {
        try {
            return HostName.require(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("names a host that can't be: " + e.getMessage(), e);
        }
    }

    /** Names in other scripts travel as ASCII (RFC 5891); the rest of a URL has to be written in it. */
    private static String asciiHost(String text) {
        int begin = text.indexOf("//") + 2;
        if (begin < 2 || text.chars().allMatch(c -> c < 128)) {
            return text;
        }
        int end = begin;
        while (end < text.length() && "/:?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(0, begin) + IDN.toASCII(text.substring(begin, end)) + text.substring(end);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    }

    boolean isTls() {
        return scheme.equals("https");
    }

    /** Scheme, host and port: what may see another's secrets. */
    boolean sameOrigin(WebAddress other) {
        return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
    }

    /** As the Host header has it. */
    String authority() {
        String bracketed = host.contains(":") ? "[" + host + "]" : host;
        return port == defaultPort(scheme) ? bracketed : bracketed + ":" + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority() + pathAndQuery;
    }
}
