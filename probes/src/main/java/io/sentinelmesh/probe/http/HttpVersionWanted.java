package io.sentinelmesh.probe.http;

import java.util.List;

/** Which version of HTTP to speak. */
public enum HttpVersionWanted {

    /** HTTP/2 if the server offers it within TLS, otherwise HTTP/1.1. */
    AUTO("auto"), ONE("1.1"),
    /** Without TLS as well, then with prior knowledge (RFC 9113 section 3.3). */
    TWO("2");

    private final String written;

    HttpVersionWanted(String written) {
        this.written = written;
    }

    /** By ALPN, the preferred one first. */
    List<String> offered() {
        return switch (this) {
            case AUTO -> List.of("h2", "http/1.1");
            case ONE -> List.of("http/1.1");
            case TWO -> List.of("h2");
        };
    }

    static HttpVersionWanted of(String written) {
        for (HttpVersionWanted version : values()) {
            if (version.written.equals(written)) {
                return version;
            }
        }
        throw new IllegalArgumentException("expected auto, 1.1 or 2");
    }
}
