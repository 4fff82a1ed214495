/** The browsers' side: snapshot and deltas of the live matrix, encoded once for all. */
@NullMarked
package io.sentinelmesh.aggregator.stream;

import org.jspecify.annotations.NullMarked;
