/** The aggregator's program: reads the command line and builds everything else by hand. */
@NullMarked
package io.sentinelmesh.aggregator;

import org.jspecify.annotations.NullMarked;
