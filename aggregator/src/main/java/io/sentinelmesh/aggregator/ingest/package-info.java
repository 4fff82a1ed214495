/** The way of a batch from a link to the database: order, queue, one writer, acknowledgement after commit. */
@NullMarked
package io.sentinelmesh.aggregator.ingest;

import org.jspecify.annotations.NullMarked;
