package io.sentinelmesh.aggregator;

import java.nio.file.Path;
import java.util.Optional;

import io.sentinelmesh.aggregator.access.Hosts;

/**
 * Where browsers, agents' links and programs come in.
 *
 * @param port 0 takes any that is free
 * @param tls plain HTTP if empty
 */
record ListenSettings(String address, int port, Optional<TlsFiles> tls) {

    /** Both PEM. */
    record TlsFiles(Path certificate, Path key) {
    }

    boolean loopback() {
        return Hosts.isLoopbackAddress(address);
    }

    String url(int actualPort) {
        String host = address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address;
        return (tls.isPresent() ? "https://" : "http://") + host + ":" + actualPort + "/";
    }
}
