package io.sentinelmesh.probe.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.sentinelmesh.probe.exchange.Addresses;
import io.sentinelmesh.probe.exchange.Phases;
import io.sentinelmesh.probe.exchange.TlsSeen;
import io.sentinelmesh.probe.kind.AddressText;

/**
 * One request and what became of it.
 *
 * @param addresses of the host; the first one was used
 * @param answer empty if there was none
 */
public record HttpHop(String url, List<InetAddress> addresses, Optional<InetSocketAddress> peer,
        Optional<TlsSeen> tls, Optional<Answer> answer, Phases phases) {

    /** @param version "1.0", "1.1" or "2" */
    public record Answer(int status, String version, long bodyBytes) {
    }

    public HttpHop {
        addresses = List.copyOf(addresses);
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("url", url);
        peer.ifPresent(used -> {
            values.put("address", AddressText.of(used.getAddress()));
            values.put("port", used.getPort());
        });
        if (!addresses.isEmpty()) {
            values.put("addresses", addresses.stream().map(InetAddress::getHostAddress).toList());
        }
        answer.ifPresent(told -> {
            values.put("status", told.status());
            values.put("http_version", told.version());
            values.put("body_bytes", told.bodyBytes());
        });
        values.putAll(phases.values());
        tls.ifPresent(seen -> values.putAll(seen.values()));
        return values;
    }

    /** "301 HTTP/1.1 from 192.0.2.1:80, connect …". */
    String text() {
        String what = answer.map(told -> told.status() + " HTTP/" + told.version()).orElse("no answer");
        return url + ": " + what + peer.map(used -> " from " + Addresses.text(used)).orElse("") + ", "
                + phases.text();
    }
}
