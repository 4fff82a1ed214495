/** Calls that block, kept off the event loops. */
@NullMarked
package io.sentinelmesh.aggregator.offload;

import org.jspecify.annotations.NullMarked;
