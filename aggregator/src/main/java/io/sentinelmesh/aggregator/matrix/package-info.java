/** The live matrix: what every source said last, and the rules that judge it. Plain objects of one thread; no sockets, no clocks. */
@NullMarked
package io.sentinelmesh.aggregator.matrix;

import org.jspecify.annotations.NullMarked;
