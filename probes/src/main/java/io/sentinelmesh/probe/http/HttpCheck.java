package io.sentinelmesh.probe.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.exchange.PatternRule;
import io.sentinelmesh.probe.exchange.TlsTerms;

/**
 * What to ask of whom, and what to expect. Immutable.
 *
 * @param mostRedirects 0 to follow none: a redirect is then an answer like any other
 * @param timeout of the whole check, all redirects included
 */
public record HttpCheck(WebAddress address, HttpAsk ask, Expectation expectation, int mostRedirects, Reach reach,
        Duration timeout) {

    /**
     * @param headers beside those that the protocol needs, in order
     * @param body may be empty
     */
    record HttpAsk(String method, List<Map.Entry<String, String>> headers, String body) {
        HttpAsk {
            headers = List.copyOf(headers);
        }
    }

    /** @param bodyLimit bytes of the body that the patterns are searched in; 0 if there are no patterns */
    record Expectation(StatusSet status, Optional<PatternRule> must, Optional<PatternRule> mustNot, int bodyLimit) {
    }

    /** @param serverName for TLS instead of the URL's host, on the first hop */
    record Reach(HttpVersionWanted version, String family, Optional<InetAddress> source, Optional<String> serverName,
            TlsTerms tls) {
    }
}
