/** What the store needs from time to time: partitions, last-seen times, a look whether it answers. */
@NullMarked
package io.sentinelmesh.aggregator.upkeep;

import org.jspecify.annotations.NullMarked;
