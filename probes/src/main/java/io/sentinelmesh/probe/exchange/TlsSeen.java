package io.sentinelmesh.probe.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import io.sentinelmesh.probe.certificate.ChainVerdict;

/**
 * What a TLS handshake agreed upon.
 *
 * @param protocol as in "TLSv1.3"
 * @param applicationProtocol chosen by ALPN (RFC 7301); empty if none was
 */
public record TlsSeen(String protocol, String cipher, String applicationProtocol, ChainVerdict verdict) {

    /** {@code tls_protocol} and so on. */
    public Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("tls_protocol", protocol);
        values.put("tls_cipher", cipher);
        if (!applicationProtocol.isEmpty()) {
            values.put("tls_application_protocol", applicationProtocol);
        }
        values.put("certificate", verdict.values());
        return values;
    }

    /** For people. */
    public List<String> lines() {
        String agreed = applicationProtocol.isEmpty() ? "" : ", " + applicationProtocol;
        return Stream.of(Stream.of("tls: " + protocol + ", " + cipher + agreed), verdict.lines().stream(),
                verdict.problems().stream().map(problem -> problem.word() + ": " + problem.text()))
                .flatMap(Function.identity()).toList();
    }
}
