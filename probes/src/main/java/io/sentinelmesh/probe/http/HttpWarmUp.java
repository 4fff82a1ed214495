package io.sentinelmesh.probe.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.sentinelmesh.probe.exchange.StandIn;

/** Checks to practise on a server of our own. They end within {@link #PATIENCE} each, whatever happens. */
final class HttpWarmUp {

    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int CHECKS = 3;
    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
            .getBytes(StandardCharsets.US_ASCII);

    private HttpWarmUp() {
    }

    static StandIn server() throws IOException {
        return StandIn.overTcp(ANSWER);
    }

    /** The server does not speak TLS: half a handshake is what can be practised without a certificate. */
    static List<HttpCheck> checks(HttpCheck real, InetSocketAddress server) {
        HttpCheck plain = check(real, "http", server);
        HttpCheck tls = check(real, "https", server);
        return Stream.concat(Stream.generate(() -> plain).limit(CHECKS),
                real.first().address().isTls() ? Stream.of(tls) : Stream.empty()).toList();
    }

    private static HttpCheck check(HttpCheck real, String scheme, InetSocketAddress server) {
        HttpCheck.Reach reach = new HttpCheck.Reach(HttpVersionWanted.AUTO, "any", Optional.empty(), Optional.empty(),
                real.reach().tls());
        return HttpCheck.of(
                new WebAddress(scheme, server.getAddress().getHostAddress(), server.getPort(), "/"),
                new HttpAsk("GET", List.of(), ""), real.expectation(), 0, reach, PATIENCE);
    }
}
