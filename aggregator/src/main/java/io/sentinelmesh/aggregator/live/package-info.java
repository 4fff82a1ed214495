/** The thread that owns roster and live matrix, and the tick by which everyone else learns of changes. */
@NullMarked
package io.sentinelmesh.aggregator.live;

import org.jspecify.annotations.NullMarked;
