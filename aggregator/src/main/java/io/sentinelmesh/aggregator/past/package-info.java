/** The matrix as it was at a past instant, from what is stored. */
@NullMarked
package io.sentinelmesh.aggregator.past;

import org.jspecify.annotations.NullMarked;
