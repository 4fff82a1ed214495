package io.sentinelmesh.probe.tls;

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
 * What one handshake showed.
 *
 * @param addresses of the host; the first one was used
 * @param tls empty if there was no handshake
 */
record TlsResult(TlsOutcome outcome, List<InetAddress> addresses, Optional<InetSocketAddress> peer,
        Optional<TlsSeen> tls, Phases phases) {

    TlsResult {
        addresses = List.copyOf(addresses);
    }

    boolean isOk() {
        return outcome instanceof TlsOutcome.Ok;
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        peer.ifPresent(used -> {
            values.put("address", AddressText.of(used.getAddress()));
            values.put("port", used.getPort());
        });
        if (!addresses.isEmpty()) {
            values.put("addresses", addresses.stream().map(InetAddress::getHostAddress).toList());
        }
        values.putAll(phases.values());
        tls.ifPresent(seen -> values.putAll(seen.values()));
        return values;
    }

    String line() {
        return peer.map(Addresses::text).orElse("no address") + ": " + outcome.word() + ", " + phases.text();
    }
}
