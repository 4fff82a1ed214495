/** The aggregator's own figures in the Prometheus text format. */
@NullMarked
package io.sentinelmesh.aggregator.metrics;

import org.jspecify.annotations.NullMarked;
