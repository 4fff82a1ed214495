package io.sentinelmesh.agent.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What an agent tells about itself and its host.
 *
 * @param hostMetrics whether it reads the figures of its host
 * @param metrics where its own figures can be asked for; empty: nowhere
 */
public record LocalSettings(boolean hostMetrics, Optional<InetSocketAddress> metrics) {

    public static final LocalSettings NOTHING = new LocalSettings(false, Optional.empty());
}
