/** What the live matrix comes to by site: sums for reports and for Prometheus, worked out in small pieces beside the ticks. */
@NullMarked
package io.sentinelmesh.aggregator.summary;

import org.jspecify.annotations.NullMarked;
