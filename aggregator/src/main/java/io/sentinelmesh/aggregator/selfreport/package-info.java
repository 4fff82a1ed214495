/** What agents say about themselves: how well they are, and the figures of their hosts. Only the newest, in memory. */
@NullMarked
package io.sentinelmesh.aggregator.selfreport;

import org.jspecify.annotations.NullMarked;
