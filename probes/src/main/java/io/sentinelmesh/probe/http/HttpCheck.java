package io.sentinelmesh.probe.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

import io.sentinelmesh.probe.exchange.Destination;
import io.sentinelmesh.probe.exchange.TlsTerms;
import io.sentinelmesh.probe.kind.PatternRule;

/**
 * What to ask of whom, and what to expect. Immutable.
 *
 * @param first request; redirects may make more
 * @param mostRedirects 0 to follow none: a redirect is then an answer like any other
 * @param timeout of the whole check, all redirects included
 */
public record HttpCheck(HttpStep first, Expectation expectation, int mostRedirects, Reach reach, Duration timeout) {

    static HttpCheck of(WebAddress address, HttpAsk ask, Expectation expectation, int mostRedirects, Reach reach,
            Duration timeout) {
        return new HttpCheck(HttpStep.of(address, ask, reach.destination(address),
                reach.serverName().orElse(address.host())), expectation, mostRedirects, reach, timeout);
    }

    /** The request that a redirect leads to. */
    HttpStep step(WebAddress address, HttpAsk ask) {
        // Another name than the URL's holds for the URL's host, not for where it redirects to.
        String serverName = address.host().equals(first.address().host()) ? first.serverName() : address.host();
        return HttpStep.of(address, ask, reach.destination(address), serverName);
    }

    /** @param bodyLimit bytes of the body that the patterns are searched in; 0 if there are no patterns */
    record Expectation(StatusSet status, Optional<PatternRule> must, Optional<PatternRule> mustNot, int bodyLimit) {
    }

    /** @param serverName for TLS instead of the URL's host */
    record Reach(HttpVersionWanted version, String family, Optional<InetAddress> source, Optional<String> serverName,
            TlsTerms tls) {

        Destination destination(WebAddress address) {
            return Destination.of(address.host(), address.port(), family, source);
        }
    }
}
