/**
 * The figures of the host, read by OSHI on a slow schedule. The only package that knows OSHI; nothing of it is loaded before
 * {@link io.sentinelmesh.agent.host.HostMetrics#start}. What is read is written down in {@code host-metrics.yaml} first.
 */
@NullMarked
package io.sentinelmesh.agent.host;

import org.jspecify.annotations.NullMarked;
